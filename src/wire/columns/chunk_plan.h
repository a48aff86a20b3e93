// How the next chunk of numbers is best written: the step they share, the forecast that suits them,
// and whether numbers come back.
#pragma once

#include <cstdint>
#include <span>

#include "wire/columns/number_model.h"

namespace hf::wire {

inline constexpr std::uint32_t kChunkNumbers = 64;  // one bit each in a word; 128 cost 0.3 % more

// The greatest common divisor of all `numbers` minus `origin`; zero if all equal it.
std::uint64_t common_step(std::span<const std::int64_t> numbers, std::int64_t origin);

// The plan for `numbers` to follow on `model`; `some_odd`: there are odd ones among them.
// `exact`: its forecast will be right every time, so that they need not be written at all.
// `changed`: it is worth saying; otherwise the model's own plan stands. `at_level`: its octave too.
struct ChunkPlan {
  NumberPlan numbers;
  bool exact = false;
  bool changed = false;
  bool at_level = false;
};
ChunkPlan plan_chunk(const NumberModel& model, std::span<const std::int64_t> numbers,
                     bool some_odd);

}  // namespace hf::wire
