// How intervals and runs stand in the tables: the bytes of `counted`, and a row of `run`.
#pragma once

#include <span>
#include <vector>

#include "tools/hub/coverage/coverage.h"
#include "tools/hub/storage/sql.h"

namespace hf::hub {

// Pairs of little-endian 64-bit numbers, first and end, rising.
std::vector<std::byte> to_bytes(std::span<const Interval> intervals);

// NULL is all of `rows`. Throws a Failure when the bytes are not as to_bytes() writes them, or
// reach beyond `rows`.
std::vector<Interval> counted_of(const Cell& cell, const Interval& rows);

// Of the columns first_position, end_position, resolution, reason.
Run run_of(const Row& row);

}  // namespace hf::hub
