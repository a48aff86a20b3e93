#include "state/shelf.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <vector>

#include "files/aside/aside.h"
#include "tests/support/shelf_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::test;

namespace {

constexpr std::uint8_t kRing = 3;

}  // namespace

TEST_GROUP(Shelf) {
  ShelfOnSim on;
  void setup() override { STATUS_EQUAL(Status::ok, on.start()); }
};

TEST(Shelf, an_item_is_what_was_put_last_and_gone_when_erased) {
  STRCMP_EQUAL("not_found", on.get("pump-1").c_str());
  STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
  STATUS_EQUAL(Status::ok, on.put("pump-1", "six"));
  STATUS_EQUAL(Status::ok, on.shelf->put("alerts", "pump-1", bytes_of("hot")));
  STRCMP_EQUAL("six", on.get("pump-1").c_str());
  STATUS_EQUAL(Status::ok, on.shelf->erase("equipment", "pump-1"));
  STRCMP_EQUAL("not_found", on.get("pump-1").c_str());
  STATUS_EQUAL(Status::ok, on.shelf->erase("equipment", "pump-1"));
}

TEST(Shelf, K1_what_was_put_is_there_after_a_power_cut) {
  STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  STRCMP_EQUAL("five", on.get("pump-1").c_str());
}

TEST(Shelf, K2_a_batch_that_is_left_early_leaves_nothing) {
  {
    state::Batch batch(*on.shelf);
    STATUS_EQUAL(Status::ok, batch.begin());
    STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
    CHECK(on.shelf->append(kRing, bytes_of("one"), 10).ok());
  }
  STRCMP_EQUAL("not_found", on.get("pump-1").c_str());
  STATUS_EQUAL(Status::not_found, on.shelf->newest(kRing).status());
  state::Batch batch(*on.shelf);
  STATUS_EQUAL(Status::ok, batch.begin());
  STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
  STATUS_EQUAL(Status::ok, batch.commit());
  STRCMP_EQUAL("five", on.get("pump-1").c_str());
}

TEST(Shelf, K3_bytes_that_changed_on_flash_are_corrupt_and_the_others_are_served) {
  STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
  STATUS_EQUAL(Status::ok, on.put("pump-2", "six"));
  on.end();
  {
    files::Engine engine({shelf_room().arena, shelf_room().page_cache}, on.flash, 99);
    STATUS_EQUAL(Status::ok, engine.start());
    files::Database database(engine);
    STATUS_EQUAL(Status::ok, database.open({.file = state::kFileName,
                                            .application_id = state::kApplicationId,
                                            .page_bytes = on.settings.page_bytes,
                                            .file_bytes_max = on.settings.file_bytes_max,
                                            .cache_pages = 10},
                                           state::schema()));
    files::Statement rot;
    STATUS_EQUAL(Status::ok,
                 rot.prepare(database, "UPDATE item SET bytes = 'fine' WHERE key = 'pump-1'"));
    STATUS_EQUAL(Status::ok, rot.run());
  }
  STATUS_EQUAL(Status::ok, on.start());
  STRCMP_EQUAL("corrupt", on.get("pump-1").c_str());
  STRCMP_EQUAL("six", on.get("pump-2").c_str());
  UNSIGNED_LONGLONGS_EQUAL(1, on.shelf->counts().items_corrupt);
}

TEST(Shelf, K4_a_ring_keeps_its_newest_and_gives_no_number_twice) {
  for (std::uint64_t number = 1; number <= 7; ++number) {
    const std::string text = "record " + std::to_string(number);
    UNSIGNED_LONGLONGS_EQUAL(number, on.shelf->append(kRing, bytes_of(text), 3).value());
  }
  CHECK(on.shelf->append(kRing + 1, bytes_of("of another ring"), 3).value() == 1);
  UNSIGNED_LONGLONGS_EQUAL(5, on.shelf->oldest(kRing).value());
  STRCMP_EQUAL("not_found", on.read(kRing, 4).c_str());
  STRCMP_EQUAL("record 7", on.read(kRing, 7).c_str());
  STATUS_EQUAL(Status::ok, on.start());
  UNSIGNED_LONGLONGS_EQUAL(8, on.shelf->append(kRing, bytes_of("more"), 1).value());
  UNSIGNED_LONGLONGS_EQUAL(8, on.shelf->oldest(kRing).value());
}

TEST(Shelf, K5_what_no_longer_fits_is_full_and_nothing_goes_for_it) {
  const std::string text(4000, 'x');
  int kept = 0;
  Status status = Status::ok;
  while (is_ok(status) && kept < 1000) {
    status = on.put("key-" + std::to_string(kept), text);
    kept += is_ok(status) ? 1 : 0;
  }
  STATUS_EQUAL(Status::full, status);
  CHECK(kept > 40);
  for (int item = 0; item < kept; ++item) {
    CHECK(on.get("key-" + std::to_string(item)) == text);
  }
  STATUS_EQUAL(Status::ok, on.shelf->erase("equipment", "key-0"));
  STATUS_EQUAL(Status::ok, on.put("key-again", text));
  CHECK(on.shelf->bytes_used().value() <= on.settings.file_bytes_max);
}

TEST(Shelf, K6_a_file_that_is_none_is_set_aside_and_an_empty_one_begun) {
  STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
  on.end();
  STATUS_EQUAL(Status::ok, on.flash.remove("state.db-wal"));
  const auto file = on.flash.open(state::kFileName, hal::OpenMode::existing);
  STATUS_EQUAL(Status::ok, on.flash.write(file.value(), 0, bytes_of("this was a database once")));
  STATUS_EQUAL(Status::ok, on.flash.close(file.value()));
  STATUS_EQUAL(Status::ok, on.start());
  UNSIGNED_LONGS_EQUAL(1, on.shelf->counts().files_set_aside);
  STRCMP_EQUAL("not_found", on.get("pump-1").c_str());
  STATUS_EQUAL(Status::ok, on.put("pump-1", "six"));
  CHECK(on.flash.open("state-aside-1.db", hal::OpenMode::read_only).ok());
}

TEST(Shelf, K6_files_set_aside_are_bounded_and_the_newest_stays) {
  const std::string junk(on.settings.file_bytes_max, 'x');
  for (std::uint32_t round = 1; round <= 6; ++round) {
    on.end();
    static_cast<void>(on.flash.remove("state.db-wal"));
    const auto file = on.flash.open(state::kFileName, hal::OpenMode::existing);
    STATUS_EQUAL(Status::ok, on.flash.write(file.value(), 0, bytes_of(junk)));
    STATUS_EQUAL(Status::ok, on.flash.close(file.value()));
    STATUS_EQUAL(Status::ok, on.start());
    const files::AsideFiles found = files::asides(on.flash, state::kFileStem);
    CHECK(found.bytes <= 2 * on.settings.file_bytes_max);
    LONGS_EQUAL(round, found.newest);
    LONGS_EQUAL(std::min(round, 2U), found.count);
    UNSIGNED_LONGS_EQUAL(round > 2 ? 1 : 0, on.shelf->counts().files_given_up);
    STATUS_EQUAL(Status::ok, on.put("pump-1", "six"));
  }
  CHECK(files::is_there(on.flash, "state-aside-1.db"));
}

// Many items, all of them in the file and none in its log.
static void fill(ShelfOnSim& on, int items) {
  on.settings.log_pages_max = 1;
  STATUS_EQUAL(Status::ok, on.start());
  for (int item = 0; item < items; ++item) {
    STATUS_EQUAL(Status::ok, on.put("pump-" + std::to_string(100 + item),
                                    std::to_string(item) + std::string(60, '.')));
    if (item % 10 == 0) CHECK(on.shelf->append(kRing, bytes_of("record"), 50).ok());
    on.shelf->serve(on.now);
  }
  STATUS_EQUAL(Status::ok, on.shelf->put(state::kOfThisFile, "clock", bytes_of("reserved")));
  on.shelf->serve(on.now);
}

// The medium holds the whole file: nothing is left in its log.
static void end_without_log(ShelfOnSim& on) {
  on.end();
  on.flash.shut_down();
  on.flash.power_on();
  static_cast<void>(on.flash.remove("state.db-wal"));
  static_cast<void>(on.flash.sync_directory());
}

static int count_found(ShelfOnSim& on, int items) {
  int found = 0;
  for (int item = 0; item < items; ++item) {
    const std::string got = on.get("pump-" + std::to_string(100 + item));
    found += got == std::to_string(item) + std::string(60, '.') ? 1 : 0;
  }
  return found;
}

TEST(Shelf, K6_what_can_be_read_of_a_damaged_file_comes_into_the_new_one) {
  on.end();
  int set_aside = 0;
  int found = 0;
  for (std::uint64_t page = 1; page < 16; ++page) {
    ShelfOnSim rots(page);
    fill(rots, 100);
    end_without_log(rots);
    rots.flash.overwrite("state.db", page * 1024, std::vector<std::byte>(1024, std::byte{0x5a}));
    STATUS_EQUAL(Status::ok, rots.start());
    count_found(rots, 100);  // the damage is met
    rots.now = rots.now + seconds(10);
    rots.shelf->serve(rots.now);
    if (rots.shelf->counts().files_set_aside == 0) continue;  // it was a page of something else
    ++set_aside;
    CHECK(rots.shelf->set_aside().found == files::FileFound::damaged);
    found += count_found(rots, 100);
    UNSIGNED_LONGLONGS_EQUAL(11, rots.shelf->append(kRing, bytes_of("next"), 50).value());
  }
  CHECK(set_aside >= 8);
  CHECK(found < set_aside * 100);
  CHECK(found >= set_aside * 80);
}

TEST(Shelf, K6_a_file_that_was_cut_short_gives_what_it_still_has) {
  fill(on, 100);
  end_without_log(on);
  on.flash.truncate("state.db", 10 * 1024);
  STATUS_EQUAL(Status::ok, on.start());
  UNSIGNED_LONGS_EQUAL(1, on.shelf->counts().files_set_aside);
  CHECK(on.shelf->set_aside().found == files::FileFound::truncated);
  CHECK(count_found(on, 100) >= 30);
}

TEST(Shelf, K6_stamps_that_a_damaged_file_had_reserved_are_left_behind) {
  fill(on, 100);
  end_without_log(on);
  on.flash.truncate("state.db", 10 * 1024);
  STATUS_EQUAL(Status::ok, on.start());
  CHECK(on.shelf->counts().items_salvaged > 0);
  STATUS_EQUAL(Status::not_found,
               on.shelf->get(state::kOfThisFile, "clock", shelf_room().out).status());
}

TEST(Shelf, K6_what_is_written_after_a_salvage_is_not_undone_by_another_start) {
  fill(on, 100);
  end_without_log(on);
  on.flash.truncate("state.db", 10 * 1024);
  STATUS_EQUAL(Status::ok, on.start());
  UNSIGNED_LONGS_EQUAL(1, on.shelf->counts().files_set_aside);
  CHECK(on.get("pump-101") != "not_found");
  STATUS_EQUAL(Status::ok, on.put("pump-100", "later"));
  STATUS_EQUAL(Status::ok, on.shelf->erase("equipment", "pump-101"));
  STATUS_EQUAL(Status::ok, on.start());
  STRCMP_EQUAL("later", on.get("pump-100").c_str());
  STRCMP_EQUAL("not_found", on.get("pump-101").c_str());
  UNSIGNED_LONGS_EQUAL(0, on.shelf->counts().items_salvaged);
}

TEST(Shelf, K6_a_cut_at_any_change_of_a_salvage_leaves_as_much_in_the_end) {
  on.end();
  int least = 100;
  bool completed = false;
  std::uint64_t changes = 0;
  for (; !completed; ++changes) {
    ShelfOnSim cut(changes + 1);
    fill(cut, 100);
    end_without_log(cut);
    cut.flash.truncate("state.db", 10 * 1024);
    cut.supply.lose_after(changes);
    completed = is_ok(cut.start());
    cut.come_back();
    STATUS_EQUAL(Status::ok, cut.start());
    least = std::min(least, count_found(cut, 100));
  }
  CHECK(changes > 10);
  CHECK(least >= 50);
}

TEST(Shelf, keys_come_in_order_and_only_those_of_the_collection) {
  for (const char* key : {"b", "a", "c"}) STATUS_EQUAL(Status::ok, on.put(key, key));
  STATUS_EQUAL(Status::ok, on.shelf->put("alerts", "aa", bytes_of("x")));
  std::string keys;
  for (state::ItemKey key; is_ok(on.shelf->next("equipment", key));) keys += key.view();
  STRCMP_EQUAL("abc", keys.c_str());
}

TEST(Shelf, names_and_bytes_that_may_not_be_are_refused) {
  const std::vector<std::byte> too_many(state::kItemBytesMax + 1);
  STATUS_EQUAL(Status::invalid, on.put("", "x"));
  STATUS_EQUAL(Status::invalid, on.put("two words", "x"));
  STATUS_EQUAL(Status::invalid, on.shelf->put("no/collection", "a", bytes_of("x")));
  STATUS_EQUAL(Status::invalid, on.shelf->put("equipment", "a", too_many));
  STATUS_EQUAL(Status::invalid, on.shelf->append(kRing, bytes_of("x"), 0).status());
}

TEST(Shelf, a_medium_that_failed_is_tried_again_and_then_serves_what_was_safe) {
  STATUS_EQUAL(Status::ok, on.put("pump-1", "five"));
  on.flash.set_state(hal::MediumState::read_only);
  STATUS_EQUAL(Status::unavailable, on.put("pump-1", "six"));
  STATUS_EQUAL(Status::unavailable, on.put("pump-1", "six"));
  on.now = on.now + seconds(2);
  on.shelf->serve(on.now);
  CHECK_FALSE(on.shelf->is_open());
  on.flash.set_state(hal::MediumState::writable);
  on.now = on.now + minutes(5);
  on.shelf->serve(on.now);
  CHECK(on.shelf->is_open());
  UNSIGNED_LONGS_EQUAL(2, on.shelf->counts().openings);
  STRCMP_EQUAL("five", on.get("pump-1").c_str());
  STATUS_EQUAL(Status::ok, on.put("pump-1", "six"));
}

TEST(Shelf, filesystem_probe_chooses_journal_mode) {
  for (const char* file_system : {"ext4", "jffs2"}) {
    sim::MediumModel model;
    model.file_system = file_system;
    on.flash.set_model(model);
    STATUS_EQUAL(Status::ok, on.start());
    STATUS_EQUAL(Status::ok, on.put("pump-1", file_system));
    const bool has_log = on.flash.image().contains("state.db-wal");
    CHECK(has_log == (std::string_view{file_system} == "ext4"));
    STRCMP_EQUAL(file_system, on.get("pump-1").c_str());
  }
}

TEST(Shelf, a_long_log_is_copied_when_there_is_time) {
  for (int round = 0; round < 60; ++round) {
    STATUS_EQUAL(Status::ok, on.put("pump-1", "value " + std::to_string(round)));
  }
  on.shelf->serve(on.now);
  STATUS_EQUAL(Status::ok, on.put("pump-1", "last"));
  const auto log = on.flash.open("state.db-wal", hal::OpenMode::read_only);
  if (log.ok()) {
    CHECK(on.flash.size(log.value()).value() < 60 * std::uint64_t{on.settings.page_bytes} * 2);
  }
  on.cut_power();
  STATUS_EQUAL(Status::ok, on.start());
  STRCMP_EQUAL("last", on.get("pump-1").c_str());
}
