// What is on flash can be read with a key only; keys come, change and go, and nothing is lost.
#include <string_view>

#include "stores/offline_queue/sending.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::QueueBench;

TEST_GROUP(SealedQueue) {
  QueueBench bench;

  void start() { STATUS_EQUAL(Status::ok, bench.on.start()); }
  void restart_after_cut() {
    bench.on.cut_power();
    start();
  }
  // Rows in the file and in the journal, and an event.
  void keep_everywhere() {
    bench.keep_for(6, 10);
    bench.batch();
    STATUS_EQUAL(Status::ok, bench.keep_event());
    bench.keep_for(3, 10);
    STATUS_EQUAL(Status::ok, bench.queue().make_safe(bench.on.now));
  }
  // Whether the bytes of any row that was kept stand in any file.
  bool is_readable() {
    const sim::FlashImage image = bench.on.flash.image();
    for (std::uint64_t serial = 1; serial < bench.serial; ++serial) {
      std::array<std::byte, test::kPlainRowBytes> row;
      wire::ByteWriter writer(row);
      test::put_plain_row(writer, serial);
      for (const auto& [name, bytes] : image) {
        const auto found = std::search(bytes.begin(), bytes.end(), row.begin(), row.end());
        if (found != bytes.end()) return true;
      }
    }
    return false;
  }
  bool has_key(std::uint16_t number) {
    std::array<std::byte, 64> secret;
    return bench.on.keys.load({hal::SecretKind::data_key, number}, secret).ok();
  }
  void lose_keys() {
    for (std::uint16_t number = 1; number < 9; ++number) {
      STATUS_EQUAL(Status::ok, bench.on.keys.erase({hal::SecretKind::data_key, number}));
    }
  }
  void send_and_receive(int rounds = 1) {
    for (int round = 0; round < rounds; ++round) {
      bench.send_all();
      bench.receive();
    }
  }
  void rest(int times) {
    for (int i = 0; i < times; ++i) {
      bench.on.pass(queue::kTendRest);
      bench.queue().serve(bench.on.now);
    }
  }
  bool has_gap(wire::GapReason reason) {
    return std::ranges::any_of(bench.hub.lanes, [&](const auto& lane) {
      return std::ranges::any_of(lane.second.gaps,
                                 [&](const auto& gap) { return gap.reason == reason; });
    });
  }
};

TEST(SealedQueue, nothing_on_flash_can_be_read_without_the_key) {
  start();
  keep_everywhere();
  CHECK_FALSE(is_readable());
  restart_after_cut();
  bench.send_all();
  LONGS_EQUAL(bench.serial - 1, bench.hub.serials.size());
  LONGS_EQUAL(0, bench.hub.corrupt);
}

TEST(SealedQueue, is_in_clear_only_where_somebody_wants_it_so) {
  bench.on.settings.is_sealed = false;
  start();
  keep_everywhere();
  CHECK(is_readable());
  CHECK_FALSE(has_key(1));
  // From here on sealed; what was in clear is still there.
  bench.on.settings.is_sealed = true;
  restart_after_cut();
  keep_everywhere();
  restart_after_cut();
  bench.send_all();
  LONGS_EQUAL(bench.serial - 1, bench.hub.serials.size());
}

TEST(SealedQueue, is_in_clear_or_not_from_the_moment_somebody_says_so) {
  start();
  QueueSettings changed = bench.on.settings;
  changed.is_sealed = false;
  bench.queue().change_settings(changed, bench.on.now);
  keep_everywhere();
  CHECK(is_readable());
  bench.queue().change_settings(bench.on.settings, bench.on.now);
  LONGS_EQUAL(1, bench.queue().figures(bench.on.now).cipher_key);
  keep_everywhere();
  restart_after_cut();
  bench.send_all();
  LONGS_EQUAL(bench.serial - 1, bench.hub.serials.size());
}

TEST(SealedQueue, begins_in_clear_where_there_is_no_randomness_yet_and_makes_a_key_once_there_is) {
  bench.on.entropy.set_ready(false);
  start();
  keep_everywhere();
  LONGS_EQUAL(0, bench.queue().figures(bench.on.now).cipher_key);
  bench.on.entropy.set_ready(true);
  rest(2);
  LONGS_EQUAL(1, bench.queue().figures(bench.on.now).cipher_key);
  keep_everywhere();
  restart_after_cut();
  bench.send_all();
  LONGS_EQUAL(bench.serial - 1, bench.hub.serials.size());
}

TEST(SealedQueue, a_new_key_leaves_readable_what_is_under_the_old_one) {
  bench.on.settings.key_period = days(30);
  start();
  for (int period = 0; period < 4; ++period) {
    keep_everywhere();
    rest(4);
    bench.on.pass(days(30));
    rest(4);
  }
  LONGS_EQUAL(5, bench.queue().figures(bench.on.now).cipher_key);
  restart_after_cut();
  LONGS_EQUAL(5, bench.queue().figures(bench.on.now).cipher_key);
  bench.send_all();
  LONGS_EQUAL(bench.serial - 1, bench.hub.serials.size());
  LONGS_EQUAL(0, bench.hub.corrupt);
}

TEST(SealedQueue, a_key_is_erased_once_nothing_is_under_it_and_never_before) {
  bench.on.settings.key_period = days(30);
  start();
  keep_everywhere();
  bench.on.pass(days(30));
  rest(6);
  bench.on.pass(days(2));
  rest(6);
  CHECK(has_key(1) && has_key(2));  // the backlog is under the first
  send_and_receive(2);
  bench.on.pass(days(2));
  bench.batch();
  bench.batch();
  rest(6);
  CHECK_FALSE(has_key(1));
  CHECK(has_key(2));
  LONGS_EQUAL(1, bench.queue().counters().keys_erased);
  restart_after_cut();
  LONGS_EQUAL(0, bench.queue().counters().files_set_aside);
}

TEST(SealedQueue, keys_that_are_lost_take_their_frames_along_and_that_is_told) {
  start();
  bench.keep_for(6, 10);
  bench.batch();
  STATUS_EQUAL(Status::ok, bench.keep_event());
  bench.on.end();
  lose_keys();
  start();
  LONGS_EQUAL(2, bench.queue().figures(bench.on.now).cipher_key);  // the number is not given again
  bench.keep_for(1);
  send_and_receive(2);
  LONGS_EQUAL(2, bench.hub.serials.size());
  CHECK(has_gap(wire::GapReason::key_gone));
  const auto& lane = bench.hub.lanes.at({bench.stream(), wire::Lane::readings});
  LONGS_EQUAL(2, lane.rows.size());
}

TEST(SealedQueue, a_key_store_that_does_not_answer_makes_nothing_lost) {
  start();
  keep_everywhere();
  bench.on.cut_power();
  bench.on.keys.set_available(false);
  STATUS_EQUAL(Status::unavailable, bench.on.start());
  bench.keep_for(2);
  CHECK(bench.queue().keeping() == Keeping::in_memory);
  bench.on.keys.set_available(true);
  bench.on.pass(queue::kRetryMax);
  bench.queue().serve(bench.on.now);
  CHECK(bench.queue().keeping() == Keeping::on_flash);
  bench.send_all();
  LONGS_EQUAL(bench.serial - 1, bench.hub.serials.size());
}

// Sound frames, each with its checksum, in each other's places: by a hand, or by a medium that
// mixes up its blocks. Sealed or not, they are not served.
TEST(SealedQueue, Q6_a_frame_in_the_place_of_another_is_never_offered) {
  for (const bool is_sealed : {false, true}) {
    bench.hub = {};
    bench.on.flash.install({});
    bench.on.settings.is_sealed = is_sealed;
    start();
    for (int batch = 0; batch < 4; ++batch) {
      bench.keep_for(3, 10);
      bench.batch();
    }
    bench.on.end();
    {
      files::Engine engine({test::queue_room().arena, test::queue_room().page_cache},
                           bench.on.flash, 99);
      files::Database database(engine);
      STATUS_EQUAL(Status::ok, engine.start());
      STATUS_EQUAL(Status::ok, database.open({.file = queue::kFileName,
                                              .application_id = queue::kApplicationId,
                                              .page_bytes = bench.on.settings.page_bytes,
                                              .file_bytes_max = bench.on.settings.file_bytes_max,
                                              .cache_pages = 10},
                                             queue::schema()));
      files::Statement swap;
      STATUS_EQUAL(Status::ok,
                   swap.prepare(database,
                                "UPDATE frame SET bytes = (SELECT other.bytes FROM frame AS other "
                                "WHERE other.place <> frame.place AND other.kind = frame.kind)"));
      STATUS_EQUAL(Status::ok, swap.run());
    }
    start();
    send_and_receive(2);
    LONGS_EQUAL(0, bench.hub.corrupt);
    CHECK(bench.hub.serials.size() <= 30);  // one of the four is back in its own place
    CHECK(has_gap(wire::GapReason::unreadable));
    CHECK(bench.queue().counters().frames_corrupt >= 3);
  }
}

TEST(SealedQueue, a_bit_flipped_in_a_sealed_frame_loses_that_frame_only) {
  start();
  for (int batch = 0; batch < 10; ++batch) {
    bench.keep_for(3, 10);
    bench.batch();
  }
  bench.on.end();
  // In the middle of a row's bytes: the file has nothing but frames there.
  bench.on.flash.flip_bit("queue.db", bench.on.flash.image().at("queue.db").size() * 8 * 3 / 4);
  start();
  send_and_receive(2);
  LONGS_EQUAL(0, bench.hub.corrupt);
  LONGS_EQUAL(0, bench.queue().counters().files_set_aside);
  CHECK(bench.hub.serials.size() >= bench.serial - 1 - 30);
}
