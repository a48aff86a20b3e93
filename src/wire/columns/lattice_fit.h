// The lattice on which values stand that are no decimals: multiples of a step, counted from the
// first of them, each off by a few units in the last place.
//
// A register times a factor, divided by another, plus an offset; the mean of ten decimals: whoever
// computed them left their steps visible. Nobody needs to tell us the factor.
#pragma once

#include <span>

#include "wire/columns/lens.h"

namespace hf::wire {

// False if there is none that is worth it. REQUIRES: at most kChunkNumbers values.
bool fit_lattice(std::span<const double> values, Lens& into);

}  // namespace hf::wire
