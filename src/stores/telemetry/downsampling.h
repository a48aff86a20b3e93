// A series in few points, for a display: readings that were really taken, never averages.
//
//   MinMaxDownsampler  the least and the most of every bucket of time: no spike is lost
//   LttbDownsampler    largest triangle, three buckets (Steinarsson 2013): the shape the eye sees;
//                      a spike beside a larger one in the same bucket may be lost
//
// Both read the whole span once (LTTB twice), in steps, so that a day of a sensor (2 ms on a desk,
// up to 50 ms on a slow board) does not hold up the loop: call work() until it says ok.
// A value that is not a number makes no triangle and no extreme; a bucket without numbers gives its
// first reading, so that a display can show the hole.
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "stores/telemetry/range_cursor.h"

namespace hf::stores::telemetry {

// Which of `buckets` equal parts of [from, to] a moment falls into.
struct TimeBuckets {
  Uptime from;
  Uptime to;
  std::uint32_t count = 1;

  std::uint32_t index_of(Uptime at) const {
    const auto span = static_cast<std::uint64_t>((to - from).ms) + 1;
    return static_cast<std::uint32_t>(static_cast<std::uint64_t>((at - from).ms) * count / span);
  }
};

class MinMaxDownsampler {
 public:
  // At most points.size() points. REQUIRES: points.size() >= 2; from <= to; both `telemetry` and
  // `points` outlive it.
  MinMaxDownsampler(const Telemetry& telemetry, SensorIndex sensor, Uptime from, Uptime to,
                    std::span<Reading> points);

  // ok: done, result() is there.  busy: about `readings` more were looked at; call again.
  Status work(std::uint32_t readings);

  std::span<const Reading> result() const { return points_.first(count_); }

 private:
  void look_at(const Reading& reading);
  void end_bucket();

  RangeCursor cursor_;
  TimeBuckets buckets_;
  std::span<Reading> points_;
  std::uint32_t count_ = 0;
  std::uint32_t bucket_ = 0;
  bool any_ = false;  // in this bucket; least_ and most_ are then set
  Reading least_;
  Reading most_;
};

class LttbDownsampler {
 public:
  // As above. REQUIRES: points.size() >= 3.
  LttbDownsampler(const Telemetry& telemetry, SensorIndex sensor, Uptime from, Uptime to,
                  std::span<Reading> points);

  Status work(std::uint32_t readings);

  std::span<const Reading> result() const { return points_.first(count_); }

 private:
  // A forward reader that gives one reading at a time out of small pages.
  class Stream {
   public:
    explicit Stream(const RangeCursor& cursor) : cursor_(cursor) {}
    const Reading* peek();
    void pop() { ++at_; }

   private:
    RangeCursor cursor_;
    std::array<Reading, 16> page_;
    std::uint32_t count_ = 0;
    std::uint32_t at_ = 0;
  };

  void average_after(std::uint32_t bucket, std::uint32_t& done);
  void choose_in(std::uint32_t bucket, std::uint32_t& done);
  void keep_last(std::uint32_t& done);

  Stream ahead_;   // averages one bucket further on
  Stream behind_;  // chooses
  TimeBuckets buckets_;
  std::span<Reading> points_;
  std::uint32_t count_ = 0;
  std::uint32_t average_count_ = 0;
  double average_value_ = 0;
  double average_ms_ = 0;  // since buckets_.from
};

}  // namespace hf::stores::telemetry
