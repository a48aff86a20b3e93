// A queue file whose tree answers out of order, as a medium that forgot some of its writes left it:
// every page is sound by itself, but some hang in another's place.
#include <CppUTest/TestHarness.h>

#include <array>
#include <span>
#include <vector>

#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::ModelHub;
using hf::test::plain_frame;
using hf::test::QueueOnSim;

namespace {

constexpr std::uint32_t kRows = 3;  // of a frame: several stand on a page
constexpr std::size_t kPageBytes = 1024;

// Ten times what a life of this test asks SQLite's memory for. A search that goes round asks
// again with each turn, so it ends there, and the test with it.
constexpr std::uint64_t kAllocationsMost = 200'000;

std::uint32_t big_endian(std::span<const std::byte> bytes) {
  std::uint32_t number = 0;
  for (const std::byte byte : bytes) number = number << 8 | std::to_integer<std::uint32_t>(byte);
  return number;
}

// Where, in the file, the pointers to its children stand in the inner page that has most of them:
// [SQLite's file format, 1.6: an inner page of a table is of type 5].
std::vector<std::size_t> child_pointers(std::span<const std::byte> file) {
  constexpr std::byte kInnerTablePage{5};
  constexpr std::size_t kHeadBytes = 12;
  std::vector<std::size_t> most;
  for (std::size_t at = kPageBytes; at + kPageBytes <= file.size(); at += kPageBytes) {
    const auto page = file.subspan(at, kPageBytes);
    if (page[0] != kInnerTablePage) continue;
    std::vector<std::size_t> pointers;
    for (std::uint32_t cell = 0; cell < big_endian(page.subspan(3, 2)); ++cell) {
      pointers.push_back(at + big_endian(page.subspan(kHeadBytes + 2 * std::size_t{cell}, 2)));
    }
    if (pointers.size() > most.size()) most = pointers;
  }
  return most;
}

// Where, in the file, it says how many rows a frame has; of all frames.
// [The same, 2.1: a record is the length of its head, types, values; a type of 1 is one byte.]
std::vector<std::size_t> row_counts(std::span<const std::byte> file) {
  constexpr std::byte kLeafTablePage{13};
  constexpr std::size_t kHeadBytes = 8;
  const auto pass_varint = [&](std::size_t& at) {
    while (file[at++] >= std::byte{0x80}) {
    }
  };
  std::vector<std::size_t> places;
  for (std::size_t at = kPageBytes; at + kPageBytes <= file.size(); at += kPageBytes) {
    const auto page = file.subspan(at, kPageBytes);
    if (page[0] != kLeafTablePage) continue;
    for (std::uint32_t cell = 0; cell < big_endian(page.subspan(3, 2)); ++cell) {
      std::size_t record = at + big_endian(page.subspan(kHeadBytes + 2 * std::size_t{cell}, 2));
      pass_varint(record);  // how long it is
      pass_varint(record);  // its place
      const bool is_frame = file[record + 1] == std::byte{0} && file[record + 2] == std::byte{1};
      if (is_frame) places.push_back(record + std::to_integer<std::size_t>(file[record]));
    }
  }
  return places;
}

// Whose pages hang in the places of four neighbours.
using Order = std::array<std::size_t, 4>;
constexpr Order kSendsForwardsRound{2, 3, 1, 0};
constexpr Order kSendsBackwardsRound{3, 2, 0, 1};

struct LivesOn : Utest {
  QueueOnSim on;
  ModelHub hub;
  std::uint64_t serial = 1;

  void setup() override {
    on.settings.file_bytes_max = 64 * 1024;
    STATUS_EQUAL(Status::ok, on.start());
  }

  void keep_batches(int count) {
    for (int batch = 0; batch < count; ++batch, serial += kRows) {
      STATUS_EQUAL(Status::ok,
                   on.queue->keep(plain_frame(serial, kRows, on.now, on.boot()), on.now));
      on.pass(seconds(kRows));
      static_cast<void>(is_ok(on.queue->batch(on.now)));  // a damaged file may be found here
    }
  }

  // Rows of two tiers in pages of several, all in the file.
  sim::FlashImage image_of_two_tiers() {
    while (on.queue->counters().rows_condensed < 20) keep_batches(1);
    on.end();
    on.flash.shut_down();
    on.flash.power_on();
    return on.flash.image();
  }

  void begin_anew(const sim::FlashImage& image) {
    on.end();
    on.flash.install(image);
    hub = {};
  }

  void exchange(const sim::FlashImage& image, std::span<const std::size_t> children,
                std::size_t first, const Order& order) {
    constexpr std::size_t kPointerBytes = 4;
    const auto file = std::span{image.at("queue.db")};
    for (std::size_t i = 0; i < order.size(); ++i) {
      const auto other = file.subspan(children[first + order[i]], kPointerBytes);
      on.flash.overwrite("queue.db", children[first + i], other);
    }
  }

  // As Rehydrating does: from the newest to the oldest, over what is damaged.
  void read_history() {
    constexpr int kFramesMost = 1000;  // three times those that fit
    HistoryCursor cursor;
    HistoryFrame frame;
    Status status = Status::ok;
    for (int read = 0; read < kFramesMost && status != Status::not_found; ++read) {
      status = on.queue->read_history(cursor, on.now, test::queue_room().out, frame);
      if (status != Status::unavailable) continue;
      on.pass(minutes(10));
      on.queue->serve(on.now);
    }
    STATUS_EQUAL(Status::not_found, status);
  }

  // Whatever is in the file: nobody goes round, and the queue goes on.
  void live_on() {
    on.refuse_memory_at = kAllocationsMost;
    on.refuse_memory_for_ever = true;
    static_cast<void>(is_ok(on.start()));
    read_history();
    keep_batches(20);
    test::serve_and_send(on, hub, 40);
    CHECK_TEXT(on.engine->arena().use().allocations < kAllocationsMost, "somebody went round");
    CHECK(on.queue->keeping() == Keeping::on_flash);
    CHECK_FALSE(on.queue->figures(on.now).is_salvaging);
    LONGS_EQUAL(0, hub.corrupt);
    CHECK(hub.has(serial - 1));
  }
};

}  // namespace

TEST_GROUP_BASE(QueueDisorder, LivesOn){};

TEST(QueueDisorder, a_file_that_answers_out_of_order_is_set_aside_and_sends_nobody_round) {
  const sim::FlashImage image = image_of_two_tiers();
  const std::vector<std::size_t> children = child_pointers(image.at("queue.db"));
  CHECK(children.size() >= 10);
  const std::uint64_t kept = serial;
  int set_aside = 0;
  for (std::size_t first = 0; first + 4 <= children.size(); ++first) {
    for (const Order& order : {kSendsForwardsRound, kSendsBackwardsRound}) {
      begin_anew(image);
      exchange(image, children, first, order);
      serial = kept;
      live_on();
      const bool is_aside = on.queue->counters().files_set_aside > 0;
      if (!is_aside) continue;
      CHECK(on.queue->figures(on.now).set_aside.found == files::FileFound::damaged);
      const bool is_there = on.flash.image().contains("queue-aside-1.db");
      CHECK(is_there || on.queue->counters().files_given_up > 0);
      ++set_aside;
    }
  }
  CHECK(set_aside > 10);
}

// Salvaging reads forwards up to the first such place, and then backwards from the end to the last.
TEST(QueueDisorder, what_is_salvaged_of_a_file_ends_at_what_is_out_of_order_from_either_side) {
  const sim::FlashImage image = image_of_two_tiers();
  const std::vector<std::size_t> children = child_pointers(image.at("queue.db"));
  CHECK(children.size() >= 10);
  const std::uint64_t kept = serial;
  std::uint64_t salvaged = 0;
  for (std::size_t last = 5; last + 4 <= children.size(); ++last) {
    begin_anew(image);
    exchange(image, children, 1, kSendsForwardsRound);
    exchange(image, children, last, kSendsBackwardsRound);
    serial = kept;
    live_on();
    salvaged += on.queue->counters().frames_salvaged;
  }
  CHECK(salvaged > 0);
}

TEST(QueueDisorder, frames_of_no_rows_send_nobody_round) {
  const sim::FlashImage image = image_of_two_tiers();
  const std::vector<std::size_t> counts = row_counts(image.at("queue.db"));
  CHECK(counts.size() >= 40);
  const std::uint64_t kept = serial;
  for (std::size_t at = 0; at < counts.size(); at += 7) {
    begin_anew(image);
    on.flash.overwrite("queue.db", counts[at], std::array{std::byte{0}});
    serial = kept;
    live_on();
  }
}
