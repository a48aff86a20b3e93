// What is made of one reading before it is kept: is it good, is it worth keeping, is it a flood?
//
// Three questions a sensor's facts decide (stores/roster), asked in this order:
//   1. Flood: more than rate_max_per_second readings within one second are counted and not kept, so
//      that one mad device costs its own history only.
//   2. Quality: the first fault that applies, in the order of the Quality enum. What the driver
//      already marked stays marked.
//   3. Dead-band: a value that hardly moved, of unchanged quality, is not kept before max_silence
//      has passed. Only for sensors whose facts ask for it: by default every reading is kept.
//
// Pure: the same readings in the same order give the same answers. Cost: a few comparisons.
#pragma once

#include <cstdint>

#include "stores/roster/roster.h"
#include "vocabulary/reading.h"

namespace hf::flows {

enum class Verdict : std::uint8_t { keep, flood, within_dead_band };

// What must be remembered of one sensor; one each, all zero at the start.
struct SensorMemory {
  Uptime second_begun;  // of the second in which floods are counted
  std::uint16_t readings_in_second = 0;
  bool has_kept = false;
  Quality kept_quality = Quality::good;
  Uptime kept_at;
  double kept_value = 0;
  Uptime changed_at;  // when the value was last seen to change
  double seen_value = 0;
  Duration paced;         // as the field was told last; …
  bool is_paced = false;  // … or never
};

// Sets reading.quality. REQUIRES: readings of one sensor come in the order of their times.
Verdict judge(const stores::SensorFacts& facts, SensorMemory& memory, Reading& reading);

}  // namespace hf::flows
