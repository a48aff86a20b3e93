#include "flows/uplink/send_window.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using namespace hf::flows::uplink;

TEST_GROUP(SendWindow) {
  SendWindow window;
  LinkMeter meter;
  std::uint32_t token = 1;

  void setup() override {
    window.set_places(10);
    measure(5'000, milliseconds(700));
  }
  // The meter learns a rate.
  void measure(std::uint64_t rate, Duration round_trip) {
    meter.begin(LinkMeter::kGuessFree, Uptime{0});
    const Departure departure = meter.depart(Uptime{0}, true, true);
    const std::uint64_t bytes = rate * static_cast<std::uint64_t>(round_trip.ms) / 1000;
    meter.arrive(departure, bytes, Uptime{0} + round_trip);
  }
  void add(std::uint64_t bytes, bool is_backlog) {
    Flight flight;
    flight.token = {token++};
    flight.bytes = bytes;
    flight.is_backlog = is_backlog;
    window.add(flight);
  }
};

TEST(SendWindow, what_is_on_its_way_can_be_acknowledged_within_half_the_deadline) {
  LONGS_EQUAL(37'500, window.bytes_max(meter));
  add(30'000, false);
  CHECK(window.has_room(7'500, false, meter));
  CHECK(!window.has_room(7'501, false, meter));
}

TEST(SendWindow, the_backlog_stands_before_live_data_for_no_more_than_seconds) {
  LONGS_EQUAL(30'000, window.backlog_bytes_max(meter));  // six seconds of a slow link
  measure(48'000, milliseconds(200));
  LONGS_EQUAL(36 * 1024, window.backlog_bytes_max(meter));  // three dense messages
  measure(1'000'000, milliseconds(100));
  LONGS_EQUAL(500'000, window.backlog_bytes_max(meter));  // half a second of a fast one
}

TEST(SendWindow, before_the_link_was_measured_little_goes_at_once) {
  meter.begin(LinkMeter::kGuessFree, Uptime{0});
  LONGS_EQUAL(8 * 1024, window.bytes_max(meter));
  LONGS_EQUAL(8 * 1024, window.backlog_bytes_max(meter));
  meter.begin(200, Uptime{0});
  LONGS_EQUAL(1500, window.bytes_max(meter));
}

TEST(SendWindow, a_few_live_frames_do_not_keep_a_link_busy) {
  add(400, false);
  CHECK(!window.is_busy_with(400, meter));
  add(10'000, true);
  CHECK(window.is_busy_with(5'000, meter));
}

TEST(SendWindow, two_places_are_never_the_backlogs) {
  for (int i = 0; i < 8; ++i) {
    CHECK(window.has_room(10, true, meter));
    add(10, true);
  }
  CHECK(!window.has_room(10, true, meter));
  CHECK(window.has_room(10, false, meter));
  add(10, false);
  add(10, false);
  CHECK(!window.has_room(10, false, meter));
}

TEST(SendWindow, a_broker_with_two_places_gets_a_backlog_too) {
  window.set_places(2);
  CHECK(window.has_room(10, true, meter));
}

TEST(SendWindow, what_is_larger_than_the_window_goes_when_nothing_else_is_on_its_way) {
  CHECK(window.has_room(1'000'000, true, meter));
  add(10, false);
  CHECK(!window.has_room(1'000'000, true, meter));
}

TEST(SendWindow, what_was_answered_makes_room) {
  add(30'000, true);
  CHECK(!window.has_room(10'000, true, meter));
  Flight flight;
  CHECK(window.take({1}, flight));
  LONGS_EQUAL(30'000, flight.bytes);
  CHECK(!window.take({1}, flight));
  CHECK(window.empty() && window.has_room(10'000, true, meter));
}
