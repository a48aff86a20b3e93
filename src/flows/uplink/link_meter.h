// What the link can do, found by using it: round trip and throughput, out of acknowledgements.
//
// Each publish notes how much had been delivered when it left; when its acknowledgement comes, what
// was delivered meanwhile over the time it took is a sample of the rate. A sample taken while
// little was on its way says how little was sent, not how much could be: it only ever raises the
// estimate. Of the others the largest of the last few spans counts. The round trip is the smallest
// of the last minute: waiting in the modem's buffer is not the way's length.
//
// Before the first sample, a guess by what the link costs. The window is small until then, because
// a guess that is too high fills a modem's buffer for half a minute, and that ends the connection.
//
// Cost: a few numbers, no allocation.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "vocabulary/time.h"

namespace hf::flows::uplink {

// What a publish notes when it leaves.
struct Departure {
  Uptime at;
  std::uint64_t delivered_before = 0;
  Uptime delivered_at;
  bool is_busy = false;  // enough is on its way for its end to tell what the link can do
};

class LinkMeter {
 public:
  static constexpr std::uint64_t kGuessFree = 100'000;   // bytes a second: a poor DSL line
  static constexpr std::uint64_t kGuessMetered = 4'000;  // GPRS with two slots
  static constexpr Duration kGuessRoundTrip = milliseconds(500);

  // Begins anew: a new connection may go another way.
  void begin(std::uint64_t guess, Uptime now) {
    *this = {};
    guess_ = guess;
    delivered_at_ = now;
  }

  // `is_first`: nothing else is on its way, so the clock of delivery starts now.
  Departure depart(Uptime now, bool is_first, bool is_busy) {
    if (is_first) delivered_at_ = now;
    return {.at = now,
            .delivered_before = delivered_,
            .delivered_at = delivered_at_,
            .is_busy = is_busy};
  }

  void arrive(const Departure& departure, std::uint64_t bytes, Uptime now) {
    delivered_ += bytes;
    delivered_at_ = now;
    const Duration took = std::max(milliseconds(1), now - departure.at);
    note_round_trip(took, now);
    // The time in which these bytes were delivered, but never less than their own round trip.
    const Duration over = std::max(took, now - departure.delivered_at);
    const std::uint64_t rate =
        (delivered_ - departure.delivered_before) * 1000 / static_cast<std::uint64_t>(over.ms);
    if (departure.is_busy) {
      note_rate(rate, now);
    } else {
      guess_ = std::max(guess_, rate);
    }
  }

  // In payload and its MQTT head. Never zero.
  std::uint64_t bytes_per_second() const {
    const std::uint64_t measured = *std::ranges::max_element(rates_);
    return std::max<std::uint64_t>(measured == 0 ? guess_ : measured, kRateLeast);
  }
  Duration round_trip() const { return round_trip_ == Duration{} ? kGuessRoundTrip : round_trip_; }
  bool is_measured() const { return rates_.front() != 0; }

 private:
  static constexpr Duration kRateSpan = seconds(10);
  static constexpr std::size_t kRateSpans = 3;
  static constexpr Duration kRoundTripSpan = minutes(1);
  static constexpr std::uint64_t kRateLeast = 100;

  // A new span begins with a sample, so that silence forgets nothing.
  void note_rate(std::uint64_t rate, Uptime now) {
    if (now >= span_ends_at_) {
      std::rotate(rates_.begin(), rates_.end() - 1, rates_.end());
      rates_.front() = 0;
      span_ends_at_ = now + kRateSpan;
    }
    rates_.front() = std::max(rates_.front(), rate);
  }
  void note_round_trip(Duration took, Uptime now) {
    const bool is_old = now >= round_trip_until_;
    if (!is_old && took > round_trip_) return;
    round_trip_ = took;
    round_trip_until_ = now + kRoundTripSpan;
  }

  std::array<std::uint64_t, kRateSpans> rates_{};  // the largest of each span; the first is current
  Uptime span_ends_at_;
  Duration round_trip_;
  Uptime round_trip_until_;
  std::uint64_t delivered_ = 0;
  Uptime delivered_at_;
  std::uint64_t guess_ = kGuessFree;
};

}  // namespace hf::flows::uplink
