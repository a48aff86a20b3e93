#include "flows/uplink/parcels.h"

#include <CppUTest/TestHarness.h>

#include "tests/support/plain_cutting.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::test;
using namespace hf::flows::uplink;
using stores::Choice;
using stores::queue::Interval;

TEST_GROUP(Parcels) {
  QueueBench queue;
  PlainCutting cutting;
  std::array<std::byte, 16 * 1024> gathered, made;
  std::optional<Parcels> parcels;
  Parcel parcel;

  void setup() override {
    STATUS_EQUAL(Status::ok, queue.on.start());
    parcels.emplace(queue.queue(), queue.on.shaping, cutting,
                    ParcelMemory{.gathered = gathered, .made = made});
  }
  ParcelWish wish(Choice choice, std::size_t bytes_most, std::size_t bytes_gathered) {
    ParcelWish wish;
    wish.choice = choice;
    wish.bytes_most = bytes_most;
    wish.bytes_gathered = bytes_gathered;
    wish.boot = queue.on.boot();
    return wish;
  }
  Status next(const ParcelWish& wish) { return parcels->next(wish, queue.on.now, parcel); }
  Interval rows() const { return parcel.offer.rows; }
  // The parcel is a sound frame of exactly its rows, and the hub gets it.
  void take() {
    wire::OpenedFrame opened;
    STATUS_EQUAL(Status::ok, wire::open_frame(parcel.offer.bytes, opened));
    LONGS_EQUAL(rows().first, opened.header.position);
    LONGS_EQUAL(rows().count(), opened.header.row_count);
    stores::Offer offer = parcel.offer;
    offer.frame_rows = offer.rows;
    queue.hub.take(offer);
  }
};

TEST(Parcels, a_frame_that_suits_goes_as_it_is) {
  STATUS_EQUAL(Status::ok, queue.keep(4));
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 4096, 0)));
  CHECK(rows() == (Interval{0, 4}));
  CHECK(!parcel.is_cut && !parcel.is_joined);
  STATUS_EQUAL(Status::not_found, next(wish(Choice::backlog, 4096, 0)));
}

TEST(Parcels, a_frame_that_is_too_large_goes_in_parts_that_are_all_of_it) {
  queue.keep_for(1, 100);
  queue.batch();
  int parts = 0;
  while (is_ok(next(wish(Choice::backlog, 500, 0)))) {
    CHECK(parcel.offer.bytes.size() <= 500 + wire::kFrameHeaderBytesMax);
    take();
    ++parts;
  }
  CHECK(parts >= 3);
  for (std::uint64_t serial = 1; serial <= 100; ++serial) CHECK(queue.hub.has(serial));
  LONGS_EQUAL(0, queue.hub.duplicated);
}

TEST(Parcels, small_neighbours_go_as_one_up_to_the_size_that_is_wanted) {
  queue.keep_for(20, 2);
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 4096, 1000)));
  CHECK(parcel.is_joined);
  LONGS_EQUAL(0, rows().first);
  CHECK(rows().count() >= 16 && rows().count() < 40);
  take();
  while (is_ok(next(wish(Choice::backlog, 4096, 1000)))) take();
  for (std::uint64_t serial = 1; serial <= 40; ++serial) CHECK(queue.hub.has(serial));
  LONGS_EQUAL(0, queue.hub.duplicated + queue.hub.corrupt);
}

TEST(Parcels, live_neighbours_are_offered_newest_first_and_joined_in_their_order) {
  queue.keep_for(5, 2);
  STATUS_EQUAL(Status::ok, next(wish(Choice::live, 4096, 4096)));
  CHECK(parcel.is_joined);
  CHECK(rows() == (Interval{0, 10}));
  take();
}

TEST(Parcels, what_was_joined_in_vain_is_offered_again) {
  queue.keep_for(2, 2);
  queue.on.boots += 1;  // frames of another boot do not join
  queue.keep_for(1, 2);
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 4096, 4096)));
  CHECK(rows() == (Interval{0, 4}));
  take();
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 4096, 4096)));
  CHECK(rows() == (Interval{4, 6}));
  take();
}

TEST(Parcels, what_was_taken_later_is_left_for_another_time) {
  STATUS_EQUAL(Status::ok, queue.keep(2));
  queue.on.pass(seconds(10));
  STATUS_EQUAL(Status::ok, queue.keep(2));
  ParcelWish early = wish(Choice::backlog, 4096, 4096);
  early.taken_until = Uptime{5000};
  STATUS_EQUAL(Status::ok, next(early));
  CHECK(rows() == (Interval{0, 2}));
  STATUS_EQUAL(Status::not_found, next(early));
}

TEST(Parcels, of_a_frame_that_the_hub_has_in_part_the_rest_goes) {
  queue.keep_for(1, 100);
  const stores::Receipt receipt{.stream = queue.stream(), .watermark = 60, .through = 60};
  STATUS_EQUAL(Status::ok, queue.queue().acknowledge(receipt, queue.on.now));
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 4096, 0)));
  CHECK(rows() == (Interval{60, 100}));
  CHECK(parcel.is_cut);
  take();
}

TEST(Parcels, a_frame_that_is_too_large_is_cut_into_parts_that_are_alike) {
  queue.keep_for(1, 100);  // 1,600 bytes
  for (const Interval wanted : {Interval{0, 34}, Interval{34, 67}, Interval{67, 100}}) {
    STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 800, 0)));
    CHECK(rows() == wanted);
    take();
  }
  STATUS_EQUAL(Status::not_found, next(wish(Choice::backlog, 800, 0)));
}

TEST(Parcels, a_frame_that_may_not_be_cut_everywhere_is_cut_where_it_may) {
  struct ByTens final : FrameCutting {
    Result<std::uint32_t> cut(std::span<const std::byte> frame, std::uint32_t from_row,
                              std::uint32_t to_row, std::span<std::byte> out) override {
      return plain.cut(frame, from_row, to_row, out);
    }
    std::uint32_t part_end(std::span<const std::byte>, std::uint32_t from_row,
                           std::uint32_t to_row) override {
      const std::uint32_t end = to_row / 10 * 10;
      return end > from_row ? end : from_row / 10 * 10 + 10;
    }
    PlainCutting plain;
  } by_tens;
  parcels.emplace(queue.queue(), queue.on.shaping, by_tens,
                  ParcelMemory{.gathered = gathered, .made = made});
  queue.keep_for(1, 100);
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 800, 0)));
  CHECK(rows() == (Interval{0, 30}));
  CHECK(parcel.can_be_cut);
  take();
  // Ten rows are the least, also where they are more than is wanted.
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 100, 0)));
  CHECK(rows() == (Interval{30, 40}));
  CHECK(parcel.is_cut && !parcel.can_be_cut);
  take();
}

TEST(Parcels, what_cannot_be_taken_apart_goes_as_a_whole_when_the_hub_has_a_part_of_it) {
  struct ByTens final : stores::queue::FrameShaping {
    std::uint32_t count_that_join(Frames) override { return 0; }
    Result<std::uint32_t> join(Frames, std::span<std::byte>) override { return Status::invalid; }
    std::uint32_t part_begin(std::span<const std::byte>, std::uint32_t row) override {
      return row / 10 * 10;
    }
    Result<std::uint32_t> condense(Frames, std::uint32_t, wire::FrameKind,
                                   std::span<std::byte>) override {
      return Status::invalid;
    }
  } by_tens;
  parcels.emplace(queue.queue(), by_tens, cutting,
                  ParcelMemory{.gathered = gathered, .made = made});
  queue.keep_for(1, 100);
  const stores::Receipt receipt{.stream = queue.stream(), .watermark = 65, .through = 65};
  STATUS_EQUAL(Status::ok, queue.queue().acknowledge(receipt, queue.on.now));
  STATUS_EQUAL(Status::ok, next(wish(Choice::backlog, 4096, 0)));
  CHECK(rows() == (Interval{65, 100}));
  wire::OpenedFrame opened;
  STATUS_EQUAL(Status::ok, wire::open_frame(parcel.offer.bytes, opened));
  LONGS_EQUAL(60, opened.header.position);
  LONGS_EQUAL(40, opened.header.row_count);
}

TEST(Parcels, an_event_is_never_cut) {
  STATUS_EQUAL(Status::ok, queue.keep_event());
  STATUS_EQUAL(Status::ok, next(wish(Choice::events, 10, 0)));
  CHECK(!parcel.is_cut && !parcel.can_be_cut);
}
