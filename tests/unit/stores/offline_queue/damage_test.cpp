// A queue file that is not a whole queue of ours: set aside, salvaged as far as it goes, and told.
#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <string>

#include "files/aside/aside.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores;
using hf::test::ModelHub;
using hf::test::plain_frame;
using hf::test::QueueOnSim;

namespace {

constexpr std::uint32_t kRows = 40;  // of a frame; with its header 700 bytes

// As a medium that was never written.
void wipe(QueueOnSim& on) {
  on.end();
  on.flash.shut_down();
  for (const auto& [name, bytes] : on.flash.image()) {
    STATUS_EQUAL(Status::ok, on.flash.remove(name));
  }
  STATUS_EQUAL(Status::ok, on.flash.sync_directory());
  on.flash.power_on();
}

}  // namespace

TEST_GROUP(QueueDamage) {
  QueueOnSim on;
  ModelHub hub;
  std::uint64_t serial = 1;

  void setup() override { STATUS_EQUAL(Status::ok, on.start()); }

  void keep_batches(int count) {
    for (int batch = 0; batch < count; ++batch) {
      for (int frame = 0; frame < 5; ++frame, serial += kRows) {
        STATUS_EQUAL(Status::ok,
                     on.queue->keep(plain_frame(serial, kRows, on.now, on.boot()), on.now));
        on.pass(seconds(kRows));
      }
      static_cast<void>(is_ok(on.queue->batch(on.now)));  // a damaged file may be found here
    }
  }

  void batch_and_end() {
    STATUS_EQUAL(Status::ok, on.queue->batch(on.now));
    on.end();
    on.flash.shut_down();
    on.flash.power_on();
  }

  void serve_and_send() { test::serve_and_send(on, hub, 60); }

  void check_new_life(files::FileFound found) {
    STATUS_EQUAL(Status::ok, on.start());
    CHECK(on.queue->figures(on.now).set_aside.found == found);
    STATUS_EQUAL(Status::ok, on.queue->keep(plain_frame(9000, 1, on.now, on.boot()), on.now));
    serve_and_send();
    CHECK(hub.has(9000));
    CHECK_FALSE(on.queue->figures(on.now).is_salvaging);
    LONGS_EQUAL(0, hub.corrupt);
    LONGS_EQUAL(0, hub.duplicated);
  }
};

TEST(QueueDamage, boot_from_all_nul_store) {
  keep_batches(2);
  batch_and_end();
  on.flash.zero("queue.db");
  check_new_life(files::FileFound::zeroed);
  CHECK(on.flash.image().count("queue-aside-1.db") == 1);
}

TEST(QueueDamage, boot_from_truncated_tail_keeps_head) {
  keep_batches(30);
  batch_and_end();
  const std::uint64_t bytes = on.flash.image().at("queue.db").size();
  on.flash.truncate("queue.db", bytes / 2);
  check_new_life(files::FileFound::truncated);
  CHECK(hub.has(1) && hub.has(kRows));  // the head
  CHECK(on.queue->counters().frames_salvaged >= 2);
}

TEST(QueueDamage, a_foreign_file_is_set_aside_and_left_as_it_is) {
  on.end();
  const std::vector<std::byte> letter(5000, std::byte{'x'});
  on.flash.install({{"queue.db", letter}});
  check_new_life(files::FileFound::not_sqlite);
  CHECK(on.flash.image().at("queue-aside-1.db") == letter);
}

TEST(QueueDamage, every_bit_flip_is_told_or_harmless_and_never_served) {
  keep_batches(3);
  batch_and_end();
  const sim::FlashImage image = on.flash.image();
  const std::uint64_t bits = image.at("queue.db").size() * 8;
  int told = 0;
  for (std::uint64_t bit = 3; bit < bits; bit += 1511) {
    on.end();
    on.flash.install(image);
    on.flash.flip_bit("queue.db", bit);
    hub = {};
    static_cast<void>(is_ok(on.start()));
    serve_and_send();
    CHECK(on.queue->keeping() == Keeping::on_flash);
    LONGS_EQUAL(0, hub.corrupt);
    LONGS_EQUAL(0, hub.duplicated);
    const bool is_whole = hub.serials.size() == serial - 1;
    const auto gap = [](const auto& lane) { return !lane.second.gaps.empty(); };
    const bool is_told =
        std::ranges::any_of(hub.lanes, gap) || on.queue->counters().files_set_aside > 0;
    CHECK_TEXT(is_whole || is_told, ("lost and untold, bit " + std::to_string(bit)).c_str());
    told += is_whole ? 0 : 1;
  }
  CHECK(told > 10);
}

// As when the log was copied into the file, and then lost its end: no page is damaged by itself.
TEST(QueueDamage, pages_of_two_moments_side_by_side_are_found_out_and_the_queue_is_on_flash_again) {
  on.settings.file_bytes_max = 48 * 1024;
  on.end();
  on.flash.install({});
  STATUS_EQUAL(Status::ok, on.start());
  keep_batches(10);
  batch_and_end();
  const std::vector<std::byte> earlier = on.flash.image().at("queue.db");
  STATUS_EQUAL(Status::ok, on.start());
  keep_batches(4);
  CHECK(on.queue->counters().rows_condensed > 0);
  batch_and_end();
  const sim::FlashImage later = on.flash.image();
  Random random(5);
  int set_aside = 0;
  for (int mix = 0; mix < 60; ++mix) {
    on.end();
    on.flash.install(later);
    for (std::size_t at = 0; at < earlier.size(); at += on.settings.page_bytes) {
      const auto page = std::span{earlier}.subspan(at, on.settings.page_bytes);
      if (random.chance(1, 2)) on.flash.overwrite("queue.db", at, page);
    }
    hub = {};
    static_cast<void>(is_ok(on.start()));
    keep_batches(2);
    serve_and_send();
    CHECK(on.queue->keeping() == Keeping::on_flash);
    LONGS_EQUAL(0, hub.corrupt);
    const bool is_aside = on.queue->counters().files_set_aside > 0;
    CHECK(hub.has(serial - 1) || is_aside);
    set_aside += is_aside ? 1 : 0;
  }
  CHECK(set_aside > 10);
}

TEST(QueueDamage, one_bad_block_does_not_stop_start) {
  keep_batches(6);
  batch_and_end();
  const std::vector<std::byte> rot(1024, std::byte{0xA5});
  on.flash.overwrite("queue.db", on.flash.image().at("queue.db").size() / 2 / 1024 * 1024, rot);
  STATUS_EQUAL(Status::ok, on.start());
  serve_and_send();
  LONGS_EQUAL(0, hub.corrupt);
  CHECK(hub.serials.size() >= 4 * 5 * kRows);  // at most two rows of the table lie there
}

TEST(QueueDamage, a_file_set_aside_stays_also_when_the_next_comes) {
  for (int round = 1; round <= 3; ++round) {
    on.end();
    on.flash.zero("queue.db");
    STATUS_EQUAL(Status::ok, on.start());
    serve_and_send();
  }
  const sim::FlashImage image = on.flash.image();
  for (const char* name : {"queue-aside-1.db", "queue-aside-2.db", "queue-aside-3.db"}) {
    CHECK(image.count(name) == 1);
  }
}

namespace {

// Of the queue's file and of those that were set aside.
std::uint64_t bytes_on_flash(const sim::FlashImage& image) {
  std::uint64_t bytes = 0;
  for (const auto& [name, contents] : image) {
    if (name.starts_with("queue") && name.find(".db") != std::string::npos) {
      bytes += contents.size();
    }
  }
  return bytes;
}

}  // namespace

TEST(QueueDamage, files_set_aside_make_room_before_any_reading_loses_resolution) {
  keep_batches(1);
  batch_and_end();
  sim::FlashImage image = on.flash.image();
  for (const char* name : {"queue-aside-1.db", "queue-aside-2.db", "queue-aside-3.db"}) {
    image[name] = std::vector<std::byte>(100 * 1024, std::byte{'x'});
  }
  on.flash.install(image);
  STATUS_EQUAL(Status::ok, on.start());
  std::vector<std::string> gone;
  for (int batch = 0; batch < 400 && on.queue->counters().rows_condensed == 0; ++batch) {
    keep_batches(1);
    on.queue->serve(on.now);
    const sim::FlashImage now = on.flash.image();
    CHECK(bytes_on_flash(now) <= on.settings.file_bytes_max);
    for (const char* name : {"queue-aside-1.db", "queue-aside-2.db", "queue-aside-3.db"}) {
      const bool is_news = !now.contains(name) && std::ranges::count(gone, name) == 0;
      if (is_news) gone.emplace_back(name);
    }
  }
  CHECK(on.queue->counters().rows_condensed > 0);
  CHECK((gone ==
         std::vector<std::string>{"queue-aside-2.db", "queue-aside-1.db", "queue-aside-3.db"}));
  LONGS_EQUAL(3, on.queue->counters().files_given_up);
}

TEST(QueueDamage, a_file_set_aside_does_not_go_before_it_is_salvaged) {
  keep_batches(40);
  const std::uint64_t rows = serial - 1;
  batch_and_end();
  on.flash.truncate("queue.db", on.flash.image().at("queue.db").size() - 1024);
  STATUS_EQUAL(Status::ok, on.start());
  while (on.queue->figures(on.now).is_salvaging) {
    CHECK(on.flash.image().contains("queue-aside-1.db"));
    on.pass(seconds(1));
    on.queue->serve(on.now);
  }
  LONGS_EQUAL(0, on.queue->counters().files_given_up);
  serve_and_send();
  CHECK(hub.serials.size() + 2 * kRows * 5 >= rows);
}

TEST(QueueDamage, files_set_aside_are_bounded_in_number_however_small) {
  for (std::uint32_t round = 0; round < 2 * files::kAsideFilesMax; ++round) {
    on.end();
    on.flash.zero("queue.db");
    STATUS_EQUAL(Status::ok, on.start());
    serve_and_send();
  }
  const files::AsideFiles found = files::asides(on.flash, queue::kFileStem);
  LONGS_EQUAL(files::kAsideFilesMax, found.count);
  LONGS_EQUAL(2 * files::kAsideFilesMax, found.newest);
  CHECK(on.flash.image().contains("queue-aside-1.db"));
}

// Renaming is what setting aside stands on.
TEST(QueueDamage, names_that_cannot_be_changed_once_or_for_ever_cost_nothing_that_is_kept) {
  constexpr std::uint64_t kCallsMax = 6;  // of each kind, at a start that sets a file aside
  std::uint64_t met = 0;
  for (const auto call : {sim::FlashCall::rename, sim::FlashCall::remove, sim::FlashCall::resize,
                          sim::FlashCall::close}) {
    for (std::uint64_t nth = 0; nth < kCallsMax; ++nth) {
      for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
        wipe(on);
        hub = {};
        STATUS_EQUAL(Status::ok, on.start());
        keep_batches(1);
        batch_and_end();
        on.flash.zero("queue.db");
        sim::PlannedFault plan;
        plan.call = call;
        plan.fault = sim::Fault::io_error;
        plan.after = nth;
        plan.times = times;
        on.flash.plan(plan);
        const Status started = on.start();
        CHECK(is_ok(started) || started == Status::unavailable);
        met += on.queue->keeping() == Keeping::on_flash ? 0 : 1;
        STATUS_EQUAL(Status::ok, on.queue->keep(plain_frame(9000, 1, on.now, on.boot()), on.now));
        on.flash.forget_plans();
        serve_and_send();
        CHECK(hub.has(9000));
        LONGS_EQUAL(0, hub.corrupt);
        LONGS_EQUAL(0, hub.duplicated);
        CHECK(on.queue->keeping() == Keeping::on_flash);
        CHECK(on.flash.image().count("queue-aside-1.db") == 1);
      }
    }
  }
  CHECK(met > 0);
}
