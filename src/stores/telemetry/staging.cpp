#include "stores/telemetry/staging.h"

#include <bit>

namespace hf::stores::telemetry {

bool Staging::try_add(Mark mark, double value) {
  const bool same_run = continues(mark);
  const std::uint32_t runs_in_slots = same_run ? run_count_ - 1U : run_count_;
  if (value_count_ + 1U + runs_in_slots > chunk_) return false;
  if (!same_run) {
    if (run_count_ > 0) slots_[kChunkReadings - run_count_] = std::bit_cast<double>(newest_run_);
    newest_run_ = {.tick = mark.tick, .step = newest_run_.step, .count = 0, .kind = mark.kind};
    ++run_count_;
    values_max_ = narrow(chunk_ - runs_in_slots);
  } else if (newest_run_.count == 1) {
    newest_run_.step = static_cast<std::uint16_t>(mark.tick - newest_run_.tick);
  }
  ++newest_run_.count;
  next_tick_ = mark.tick + newest_run_.step;
  slots_[value_count_++] = value;
  return true;
}

// A run of one reading takes on any step that its second one asks for.
bool Staging::continues(Mark mark) const {
  if (run_count_ == 0 || mark.kind != newest_run_.kind) return false;
  return mark.tick == next_tick_ ||
         (newest_run_.count == 1 && mark.tick - newest_run_.tick <= kStepMax);
}

void Staging::clear() {
  value_count_ = values_max_ = run_count_ = 0;
  chunk_ = narrow(kChunkReadings);
  coded_count_ = 0;
}

void Staging::clear_coded() {
  const std::uint8_t count = value_count_;
  clear();
  coded_count_ = count;
}

Run Staging::run(std::uint32_t index) const {
  HF_ASSERT(index < run_count_);
  const PackedRun packed = index + 1 == run_count_
                               ? newest_run_
                               : std::bit_cast<PackedRun>(slots_[kChunkReadings - 1 - index]);
  return {.tick = packed.tick,
          .step = packed.step,
          .count = packed.count,
          .timeline = timeline_of(packed.kind),
          .quality = quality_of(packed.kind)};
}

}  // namespace hf::stores::telemetry
