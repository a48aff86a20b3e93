// The send window: what was published and not yet answered by the broker, and how much more may go.
//
// Three bounds at once. The broker's (so many messages). Half of what the link carries within the
// acknowledgement deadline, because a message that waits longer in our own pipe ends the connection
// [hal/link.h 1]. And for the backlog a smaller one of its own: what is in the pipe stands before
// the next live frame, so it is worth as many seconds as live data may be late for it. Two places
// are never the backlog's.
//
// A message larger than a bound goes when nothing of its kind is on its way: else it never would.
//
// Cost: a table of a few entries, searched in order.
#pragma once

#include <algorithm>
#include <cstdint>

#include "flows/uplink/link_meter.h"
#include "hal/link.h"
#include "stores/offline_queue/offer.h"
#include "vocabulary/fixed_vector.h"
#include "wire/uplink/topics.h"

namespace hf::flows::uplink {

// Something on its way to the broker.
struct Flight {
  hal::PublishToken token;
  wire::TopicClass topic_class = wire::TopicClass::frames;
  std::uint64_t bytes = 0;
  std::uint64_t stored_bytes = 0;  // of its rows, where they lie
  Departure departure;
  bool has_rows = false;    // of the queue; else the rest means nothing
  bool is_backlog = false;  // else live, or an event
  bool is_joined = false;   // of several frames
  bool can_be_cut = false;  // further
  stores::Offer offer;      // without its bytes
};

class SendWindow {
 public:
  static constexpr std::size_t kFlightsMax = 16;  // hal::Link has 10 on every platform so far
  static constexpr std::size_t kKeptFromBacklog = 2;

  // What of the acknowledgement deadline may be spent waiting in our own pipe.
  static constexpr Duration kPipe = milliseconds(hal::kAcknowledgementMax.ms / 2);
  // The backlog's share: three messages of a size that is dense, but no more seconds than live data
  // may be late on a slow link, and no fewer than keep a fast one busy. Three, so that the link has
  // something to do while one is being acknowledged and the next one is being made, also on a
  // machine that is busy with other things.
  static constexpr std::uint64_t kParcels = 3;
  static constexpr std::uint64_t kDenseBytes = 12 * 1024;
  static constexpr Duration kBacklogPipeMost = seconds(6);
  static constexpr Duration kBacklogPipeLeast = milliseconds(500);

  // Until the link was measured: this is through in time at half a kilobyte a second.
  static constexpr std::uint64_t kFirstBytes = 8 * 1024;

  void set_places(std::uint16_t in_flight_max) {
    places_ = std::min<std::size_t>(in_flight_max, kFlightsMax);
  }

  std::uint64_t bytes_max(const LinkMeter& meter) const {
    const std::uint64_t bytes = worth(meter.bytes_per_second(), kPipe);
    return meter.is_measured() ? bytes : std::min(bytes, kFirstBytes);
  }
  std::uint64_t backlog_bytes_max(const LinkMeter& meter) const {
    const std::uint64_t rate = meter.bytes_per_second();
    const std::uint64_t slow = std::min(kParcels * kDenseBytes, worth(rate, kBacklogPipeMost));
    const std::uint64_t fast = worth(rate, std::max(kBacklogPipeLeast, meter.round_trip() * 2));
    return std::min(std::max(slow, fast), bytes_max(meter));
  }

  // Whether there is a place, and room for `bytes`, of the backlog or of anything else.
  bool has_room(std::uint64_t bytes, bool is_backlog, const LinkMeter& meter) const {
    if (flights_.size() + (is_backlog && places_ > kKeptFromBacklog ? kKeptFromBacklog : 0) >=
        places_) {
      return false;
    }
    if (is_backlog && backlog_bytes_ > 0 && backlog_bytes_ + bytes > backlog_bytes_max(meter)) {
      return false;
    }
    return bytes_ == 0 || bytes_ + bytes <= bytes_max(meter);
  }

  // Whether, with `bytes` more, so much is on its way that the link and not we are the limit.
  bool is_busy_with(std::uint64_t bytes, const LinkMeter& meter) const {
    return bytes_ + bytes >= backlog_bytes_max(meter) / 2;
  }

  // REQUIRES: has_room().
  void add(const Flight& flight) {
    flights_.push(flight);
    bytes_ += flight.bytes;
    if (flight.is_backlog) backlog_bytes_ += flight.bytes;
  }
  // False: no such token.
  bool take(hal::PublishToken token, Flight& flight) {
    for (std::size_t i = 0; i < flights_.size(); ++i) {
      if (flights_[i].token != token) continue;
      flight = flights_[i];
      flights_.erase(i);
      bytes_ -= flight.bytes;
      if (flight.is_backlog) backlog_bytes_ -= flight.bytes;
      return true;
    }
    return false;
  }
  void clear() {
    flights_.clear();
    bytes_ = backlog_bytes_ = 0;
  }

  bool empty() const { return flights_.empty(); }
  std::size_t count() const { return flights_.size(); }
  std::uint64_t bytes() const { return bytes_; }

 private:
  static constexpr std::uint64_t worth(std::uint64_t rate, Duration time) {
    return rate * static_cast<std::uint64_t>(time.ms) / 1000;
  }

  FixedVector<Flight, kFlightsMax> flights_;
  std::size_t places_ = kFlightsMax;
  std::uint64_t bytes_ = 0;
  std::uint64_t backlog_bytes_ = 0;
};

}  // namespace hf::flows::uplink
