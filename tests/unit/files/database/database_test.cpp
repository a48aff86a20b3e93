#include "files/database/database.h"

#include <cstring>
#include <string>

#include "files/database/check.h"
#include "tests/support/fixed_flash.h"
#include "tests/unit/files/database/database_world.h"
#include "vocabulary/bytes.h"

using namespace hf;
using namespace hf::files;

namespace {

FixedFlash& flash() {
  static FixedFlash one;
  return one;
}

constexpr std::array<std::byte, 3000> kFrame{};

void overwrite(std::string_view name, std::uint64_t offset, std::span<const std::byte> bytes) {
  const auto file = flash().open(name, hal::OpenMode::create);
  STATUS_EQUAL(Status::ok, flash().write(file.value(), offset, bytes));
  STATUS_EQUAL(Status::ok, flash().close(file.value()));
}

std::size_t bytes_of_file(std::string_view name) {
  const auto file = flash().open(name, hal::OpenMode::existing);
  const auto bytes = static_cast<std::size_t>(flash().size(file.value()).value());
  STATUS_EQUAL(Status::ok, flash().close(file.value()));
  return bytes;
}

void cut_to(std::string_view name, std::uint64_t bytes) {
  const auto file = flash().open(name, hal::OpenMode::existing);
  STATUS_EQUAL(Status::ok, flash().resize(file.value(), bytes));
  STATUS_EQUAL(Status::ok, flash().close(file.value()));
}

void make_file_with(int rows) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  for (int row = 0; row < rows; ++row) STATUS_EQUAL(Status::ok, world.add(kFrame));
  STATUS_EQUAL(Status::ok, world.database.checkpoint());
  world.close();
  STATUS_EQUAL(Status::ok, flash().remove("frames.db-wal"));
}

void check_refused(Status status, FileFound found) {
  World world(flash(), 2);
  STATUS_EQUAL(status, world.open());
  STRCMP_EQUAL(std::string(to_text(found)).c_str(),
               std::string(to_text(world.database.found().what)).c_str());
  CHECK_FALSE(world.database.is_open());
}

}  // namespace

TEST_GROUP(Database){void setup() override{flash().forget_everything();
}
}
;

TEST(Database, a_new_file_is_fresh_and_an_old_one_is_sound_and_holds_its_rows) {
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open());
    CHECK(world.database.found().what == FileFound::fresh);
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    LONGS_EQUAL(1, world.database.last_row_id());
  }
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open());
  CHECK(world.database.found().what == FileFound::sound);
  LONGS_EQUAL(1, world.database.found().version);
  LONGS_EQUAL(1, world.rows());
}

TEST(Database, what_a_second_opener_hears_is_busy) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  Database second(world.engine);
  STATUS_EQUAL(Status::busy, second.open(kSettings, kFirstVersion));
}

TEST(Database, bytes_come_back_as_they_were_bound_also_none_at_all) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  std::array<std::byte, 40000> large{};
  for (std::size_t at = 0; at < large.size(); ++at) large[at] = static_cast<std::byte>(at * 7);
  STATUS_EQUAL(Status::ok, world.add(large));
  STATUS_EQUAL(Status::ok, world.add({}));
  CHECK(world.read.bind(1, 1).step().value() == Step::row);
  LONGS_EQUAL(large.size(), world.read.column_blob(0).size());
  MEMCMP_EQUAL(large.data(), world.read.column_blob(0).data(), large.size());
  world.read.reset();
  CHECK(world.read.bind(1, 2).step().value() == Step::row);
  CHECK_FALSE(world.read.column_is_null(0));
  LONGS_EQUAL(0, world.read.column_bytes(0));
  world.read.reset();
  CHECK(world.read.bind(1, 3).step().value() == Step::done);
}

TEST(Database, a_transaction_left_without_commit_never_was) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  {
    Transaction transaction(world.database);
    STATUS_EQUAL(Status::ok, transaction.begin());
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    LONGS_EQUAL(1, world.rows());
  }
  LONGS_EQUAL(0, world.rows());
}

TEST(Database, a_broken_constraint_is_refused_and_the_transaction_goes_on) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  Transaction transaction(world.database);
  STATUS_EQUAL(Status::ok, transaction.begin());
  STATUS_EQUAL(Status::ok, world.add(kFrame));
  STATUS_EQUAL(Status::refused, world.insert.bind_null(1).run());
  STATUS_EQUAL(Status::ok, transaction.commit());
  LONGS_EQUAL(1, world.rows());
}

TEST(Database, a_transaction_that_sqlite_undid_lets_nothing_slip_out_of_it) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  {
    Transaction transaction(world.database);
    STATUS_EQUAL(Status::ok, transaction.begin());
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    Statement undone;  // what SQLite also does by itself after some errors
    STATUS_EQUAL(Status::ok, undone.prepare(world.database, "ROLLBACK"));
    STATUS_EQUAL(Status::ok, undone.run());
    STATUS_EQUAL(Status::stale, world.add(kFrame));
    STATUS_EQUAL(Status::stale, transaction.commit());
  }
  LONGS_EQUAL(0, world.rows());
  STATUS_EQUAL(Status::ok, world.add(kFrame));
}

TEST(Database, at_its_quota_inserts_are_full_and_removing_the_oldest_makes_room_again) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  Status added = Status::ok;
  std::int64_t rows = 0;
  for (; is_ok(added); ++rows) {
    added = world.add(kFrame);
    STATUS_EQUAL(Status::ok, world.database.checkpoint());
  }
  STATUS_EQUAL(Status::full, added);
  CHECK_FALSE(world.database.needs_reopen());  // a quota is no failure of the medium
  CHECK(rows > 100);
  for (int round = 0; round < 500; ++round) {
    STATUS_EQUAL(Status::ok, world.remove_to(world.database.last_row_id() - 100));
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    if (world.database.log_pages() > 50) STATUS_EQUAL(Status::ok, world.database.checkpoint());
  }
  CHECK(world.database.page_use().value().pages <= kSettings.file_bytes_max / 4096);
}

TEST(Database, the_log_stays_bounded_over_any_number_of_commits) {
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open());
    for (int round = 0; round < 2000; ++round) {
      STATUS_EQUAL(Status::ok, world.remove_to(world.database.last_row_id() - 20));
      STATUS_EQUAL(Status::ok, world.add(kFrame));
      if (world.database.log_pages() >= 40) STATUS_EQUAL(Status::ok, world.database.checkpoint());
    }
  }
  CHECK(bytes_of_file("frames.db-wal") <= 50 * (4096 + 24) + 32);
}

// As the owner of a file does it: a checkpoint is tried when the log has grown, and rows that were
// being read when it was busy are given back before the next.
TEST(Database, wal_bounded_with_open_reader) {
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open());
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    for (int round = 0; round < 1000; ++round) {
      const bool reads = round % 10 != 9;
      if (reads) {
        CHECK(world.read.bind(1, world.database.last_row_id()).step().value() == Step::row);
      }
      STATUS_EQUAL(Status::ok, world.remove_to(world.database.last_row_id() - 20));
      STATUS_EQUAL(Status::ok, world.add(kFrame));
      if (world.database.log_pages() >= 40) {
        STATUS_EQUAL(reads ? Status::busy : Status::ok, world.database.checkpoint());
      }
      world.read.reset();
    }
  }
  CHECK(bytes_of_file("frames.db-wal") <= 100 * (4096 + 24) + 32);
}

TEST(Database, a_checkpoint_is_busy_while_rows_are_being_read) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  STATUS_EQUAL(Status::ok, world.add(kFrame));
  CHECK(world.read.bind(1, 1).step().value() == Step::row);
  STATUS_EQUAL(Status::busy, world.database.checkpoint());
  world.read.reset();
  STATUS_EQUAL(Status::ok, world.database.checkpoint());
}

TEST(Database, closing_writes_nothing_and_leaves_the_log_for_the_next_open) {
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open());
    STATUS_EQUAL(Status::ok, world.add(kFrame));
  }
  CHECK(bytes_of_file("frames.db-wal") > 0);
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open());
  LONGS_EQUAL(1, world.rows());
}

TEST(Database, migrations_run_once_in_order_and_keep_what_was_there) {
  make_file_with(3);
  {
    World world(flash(), 2);
    STATUS_EQUAL(Status::ok, world.open(kSettings, kSecondVersion));
    LONGS_EQUAL(1, world.database.found().version);
    LONGS_EQUAL(3, world.rows());
    Statement gap;
    STATUS_EQUAL(Status::ok, gap.prepare(world.database, "INSERT INTO gap VALUES (1, 2)"));
    STATUS_EQUAL(Status::ok, gap.run());
  }
  World world(flash(), 3);
  STATUS_EQUAL(Status::ok, world.open(kSettings, kSecondVersion));
  LONGS_EQUAL(2, world.database.found().version);
}

TEST(Database, a_failing_migration_leaves_the_version_before_it) {
  make_file_with(1);
  constexpr Migration kBroken[] = {
      kFirstVersion[0], {.version = 2, .sql = "CREATE TABLE good (a); CREATE TABLE frame (b);"}};
  {
    World world(flash(), 2);
    STATUS_EQUAL(Status::invalid, world.open(kSettings, kBroken));
    CHECK_FALSE(world.database.is_open());
  }
  World world(flash(), 3);
  STATUS_EQUAL(Status::ok, world.open(kSettings, kSecondVersion));  // no table "good" stands there
  LONGS_EQUAL(1, world.database.found().version);
}

TEST(Database, a_file_of_a_later_version_is_refused_and_left_alone) {
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open(kSettings, kSecondVersion));
  }
  check_refused(Status::refused, FileFound::newer);
}

TEST(Database, boot_from_all_nul_store) {
  make_file_with(3);
  constexpr std::array<std::byte, 60000> kZeros{};
  overwrite(kFile, 0, std::span{kZeros}.first(bytes_of_file(kFile)));
  check_refused(Status::corrupt, FileFound::zeroed);
}

TEST(Database, a_truncated_file_is_corrupt_and_said_to_be_truncated) {
  make_file_with(10);
  cut_to(kFile, 4096 * 3);
  check_refused(Status::corrupt, FileFound::truncated);
}

TEST(Database, another_kind_of_file_is_corrupt_and_untouched) {
  std::array<std::byte, 9000> text{};
  std::memset(text.data(), 'x', text.size());
  overwrite(kFile, 0, text);
  check_refused(Status::corrupt, FileFound::not_sqlite);
  LONGS_EQUAL(text.size(), bytes_of_file(kFile));
}

TEST(Database, the_file_of_another_application_is_corrupt_and_untouched) {
  {
    World world(flash());
    DatabaseSettings other = kSettings;
    other.application_id = 0xF0000001;
    STATUS_EQUAL(Status::ok, world.open(other));
  }
  check_refused(Status::corrupt, FileFound::foreign);
}

TEST(Database, a_log_without_its_file_is_corrupt_and_kept) {
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open());
    STATUS_EQUAL(Status::ok, world.add(kFrame));
  }
  const std::size_t bytes = bytes_of_file("frames.db-wal");
  STATUS_EQUAL(Status::ok, flash().remove(kFile));
  check_refused(Status::corrupt, FileFound::log_without_file);
  LONGS_EQUAL(bytes, bytes_of_file("frames.db-wal"));
}

TEST(Database, another_page_size_is_refused) {
  make_file_with(1);
  World world(flash(), 2);
  DatabaseSettings other = kSettings;
  other.page_bytes = 1024;
  STATUS_EQUAL(Status::refused, world.open(other));
  CHECK(world.database.found().what == FileFound::other_page_size);
}

TEST(Database, a_smaller_quota_than_the_file_stops_growth_but_not_service) {
  make_file_with(50);
  World world(flash(), 2);
  DatabaseSettings smaller = kSettings;
  smaller.file_bytes_max = 40960;
  STATUS_EQUAL(Status::ok, world.open(smaller));
  Status added = Status::ok;
  for (int row = 0; row < 5 && is_ok(added); ++row) added = world.add(kFrame);
  STATUS_EQUAL(Status::full, added);
  STATUS_EQUAL(Status::ok, world.remove_to(10));
  STATUS_EQUAL(Status::ok, world.add(kFrame));
}

TEST(Database, senseless_settings_are_invalid) {
  World world(flash());
  for (const DatabaseSettings& senseless :
       {DatabaseSettings{.file = "", .application_id = 1, .file_bytes_max = 9999, .cache_pages = 1},
        DatabaseSettings{
            .file = "a", .application_id = 0, .file_bytes_max = 9999, .cache_pages = 1},
        DatabaseSettings{.file = "a", .application_id = 1, .file_bytes_max = 0, .cache_pages = 1},
        DatabaseSettings{.file = "a",
        .application_id = 1,
        .page_bytes = 1000,
        .file_bytes_max = 9999,
        .cache_pages = 1}}) {
    STATUS_EQUAL(Status::invalid, world.open(senseless));
  }
  constexpr Migration kWithAHole[] = {{.version = 2, .sql = ""}};
  STATUS_EQUAL(Status::invalid, world.open(kSettings, kWithAHole));
}

TEST(Database, more_cache_than_the_engine_has_slots_is_full) {
  World world(flash());
  DatabaseSettings greedy = kSettings;
  greedy.cache_pages = world.engine.page_cache_use().slots + 1;
  STATUS_EQUAL(Status::full, world.open(greedy));
  greedy.cache_pages -= 1;
  STATUS_EQUAL(Status::ok, world.open(greedy));
  Database second(world.engine);
  DatabaseSettings other = kSettings;
  other.file = "other.db";
  STATUS_EQUAL(Status::full, second.open(other, kFirstVersion));
}

TEST(Database, a_rollback_journal_serves_where_a_log_may_not_be) {
  DatabaseSettings settings = kSettings;
  settings.journal = JournalMode::rollback;
  {
    World world(flash());
    STATUS_EQUAL(Status::ok, world.open(settings));
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    STATUS_EQUAL(Status::ok, world.database.checkpoint());
  }
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open(settings));
  LONGS_EQUAL(1, world.rows());
}

TEST(Database, two_engines_one_after_the_other_share_nothing) {
  for (int round = 0; round < 3; ++round) {
    World world(flash(), static_cast<std::uint64_t>(round) + 1);
    STATUS_EQUAL(Status::ok, world.open());
    STATUS_EQUAL(Status::ok, world.add(kFrame));
    LONGS_EQUAL(round + 1, world.rows());
    LONGS_EQUAL(0, world.engine.arena_use().refusals);
  }
}

TEST(Database, a_day_in_the_life_stays_within_arena_and_page_cache) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  std::array<std::byte, 80000> frame{};
  for (int row = 0; row < 200; ++row) {
    STATUS_EQUAL(Status::ok, world.add(frame));
    STATUS_EQUAL(Status::ok, world.remove_to(world.database.last_row_id() - 2));
    if (world.database.log_pages() > 60) STATUS_EQUAL(Status::ok, world.database.checkpoint());
  }
  const ArenaUse arena = world.engine.arena_use();
  const PageCacheUse cache = world.engine.page_cache_use();
  UT_PRINT(StringFromFormat("arena: peak %u bytes with frames of 80,000; page cache: peak %u of %u",
                            static_cast<unsigned>(arena.bytes_peak), cache.slots_peak, cache.slots)
               .asCharString());
  LONGS_EQUAL(0, arena.refusals);
  LONGS_EQUAL(0, cache.overflow_bytes_peak);
}
