// Whether it pays to look numbers up among those of the past before they are coded as residuals.
#pragma once

#include <cstdint>
#include <span>

#include "wire/columns/number_model.h"

namespace hf::wire {

// For `numbers` to follow on `model`, whose residuals would be in `octave` (NumberPlan).
Recall choose_recall(const NumberModel& model, std::span<const std::int64_t> numbers,
                     std::uint8_t octave);

}  // namespace hf::wire
