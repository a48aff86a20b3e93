// What is kept of many readings of one sensor when they can no longer be kept one by one.
//
// The extremes are exact: an alarm limit that was crossed shows for ever. Readings that are no
// measurement (quality no_contact or not_a_number) are not in it: a NaN would eat the mean, and a
// held last value would hide that nobody measured.
#pragma once

#include <algorithm>
#include <cstdint>

#include "vocabulary/reading.h"

namespace hf::wire {

struct Envelope {
  double min = 0;
  double mean = 0;
  double max = 0;
  double first = 0;
  double last = 0;
  std::uint32_t count = 0;  // 0: of nothing, and the values mean nothing
};

constexpr bool is_measurement(Quality quality) {
  return quality != Quality::no_contact && quality != Quality::not_a_number;
}

// Takes readings, or envelopes of shorter spans, in the order of their times.
class EnvelopeMaker {
 public:
  void add(double value, Quality quality) {
    if (!is_measurement(quality) || value != value) return;
    add({.min = value, .mean = value, .max = value, .first = value, .last = value, .count = 1});
  }

  void add(const Envelope& part) {
    if (part.count == 0) return;
    if (whole_.count == 0) {
      whole_ = part;
      return;
    }
    whole_.count += part.count;
    // Between the extremes whatever rounding does, and equal to them when they are equal.
    const double share = static_cast<double>(part.count) / static_cast<double>(whole_.count);
    whole_.min = std::min(whole_.min, part.min);
    whole_.max = std::max(whole_.max, part.max);
    whole_.mean =
        std::clamp(whole_.mean + (part.mean - whole_.mean) * share, whole_.min, whole_.max);
    whole_.last = part.last;
  }

  const Envelope& envelope() const { return whole_; }
  void clear() { whole_ = {}; }

 private:
  Envelope whole_;
};

}  // namespace hf::wire
