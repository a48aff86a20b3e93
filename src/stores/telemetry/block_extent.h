// Least and most value of a block, exactly, in 9 bytes of its header.
//
// Two doubles would cost 16. Almost all sensors are decimals, so two scaled 32-bit numbers say the
// same; where they do not (15 digits, all NaN), the header says so and whoever asks decodes the
// block.
#pragma once

#include "stores/telemetry/block_pool.h"

namespace hf::stores::telemetry {

// NaNs are left out; when all values are NaN, least > most.
struct Extent {
  double least = 0;
  double most = 0;
};

void set_extent(const Extent& extent, BlockHeader& header);

// False: the header could not hold it.
bool get_extent(const BlockHeader& header, Extent& extent);

}  // namespace hf::stores::telemetry
