#include "flows/uplink/link_meter.h"

#include <CppUTest/TestHarness.h>

#include <deque>

#include "flows/uplink/send_window.h"

using namespace hf;
using namespace hf::flows::uplink;

namespace {

// A way that carries so many bytes a second, and takes so long for the first of them.
struct Way {
  std::uint64_t rate;
  Duration round_trip;
  Uptime free_at{0};

  Uptime acknowledged_at(std::uint64_t bytes, Uptime now) {
    const auto takes = milliseconds(static_cast<std::int64_t>(bytes * 1000 / rate));
    free_at = std::max(free_at, now) + takes;
    return free_at + round_trip;
  }
};

}  // namespace

TEST_GROUP(LinkMeter) {
  LinkMeter meter;
  Uptime now{1000};

  // Sends messages of that size for so long, as many at once as the window lets it.
  void use(Way & way, std::uint64_t bytes, Duration time) {
    struct Sent {
      Departure departure;
      Uptime back_at;
    };
    std::deque<Sent> sent;
    for (const Uptime end = now + time; now < end;) {
      const std::uint64_t most = SendWindow{}.backlog_bytes_max(meter);
      while (sent.empty() || (sent.size() + 1) * bytes <= most) {
        const Departure departure = meter.depart(now, sent.empty(), true);
        sent.push_back({departure, way.acknowledged_at(bytes, now)});
      }
      now = std::max(now, sent.front().back_at);
      meter.arrive(sent.front().departure, bytes, now);
      sent.pop_front();
    }
  }
};

TEST(LinkMeter, before_it_knows_it_guesses_by_what_the_link_costs) {
  meter.begin(LinkMeter::kGuessFree, now);
  LONGS_EQUAL(LinkMeter::kGuessFree, meter.bytes_per_second());
  meter.begin(LinkMeter::kGuessMetered, now);
  LONGS_EQUAL(LinkMeter::kGuessMetered, meter.bytes_per_second());
  CHECK(!meter.is_measured());
}

TEST(LinkMeter, it_finds_the_rate_of_a_way_that_is_kept_busy) {
  struct Case {
    std::uint64_t rate;
    Duration round_trip;
  };
  for (const Case& c : {Case{2'500, milliseconds(700)}, Case{5'000, milliseconds(700)},
                        Case{48'000, milliseconds(200)}, Case{1'000'000, milliseconds(40)}}) {
    for (const std::uint64_t guess : {LinkMeter::kGuessFree, LinkMeter::kGuessMetered}) {
      meter.begin(guess, now);
      Way way{c.rate, c.round_trip, now};
      use(way, 4096, seconds(60));
      CHECK(meter.is_measured());
      CHECK(meter.bytes_per_second() >= c.rate * 8 / 10);
      CHECK(meter.bytes_per_second() <= c.rate * 13 / 10);
      CHECK(meter.round_trip() >= c.round_trip);
    }
  }
}

TEST(LinkMeter, little_that_was_sent_does_not_make_the_link_slow) {
  meter.begin(LinkMeter::kGuessFree, now);
  for (int i = 0; i < 300; ++i) {
    const Departure departure = meter.depart(now, true, false);
    now = now + milliseconds(300);
    meter.arrive(departure, 400, now);
    now = now + milliseconds(700);
  }
  LONGS_EQUAL(LinkMeter::kGuessFree, meter.bytes_per_second());
  LONGS_EQUAL(300, meter.round_trip().ms);
}

TEST(LinkMeter, a_way_that_became_slow_is_noticed_within_a_minute) {
  meter.begin(LinkMeter::kGuessFree, now);
  Way fast{100'000, milliseconds(100), now};
  use(fast, 8192, seconds(20));
  Way slow{5'000, milliseconds(700), now};
  use(slow, 8192, seconds(60));
  CHECK(meter.bytes_per_second() < 8'000);
}
