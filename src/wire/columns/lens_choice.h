// Which lens shows a chunk of values in the fewest bits.
#pragma once

#include <span>

#include "wire/columns/lens.h"

namespace hf::wire {

// Values as they are seen through a lens.
struct View {
  Lens lens;
  std::uint64_t odd = 0;
};

// Fills `numbers`, one for each value. `present`: the lens of the chunk before, if there was one.
// `hinted`: what the settings or an earlier block say; tried, not believed.
View look_best(std::span<const double> values, const Lens* present, const Lens& hinted,
               std::span<std::int64_t> numbers);

}  // namespace hf::wire
