// First, last, least and most value of a block, exactly, in 17 bytes of its header.
//
// Four doubles would cost 32. Almost all sensors are decimals, so four scaled 32-bit numbers say the
// same; where they do not (15 digits, a NaN at either end), the header says so and a reader who
// needs them decodes the block.
#pragma once

#include "stores/telemetry/block_pool.h"

namespace hf::telemetry {

// NaNs are left out of least and most; when all values are NaN, least > most.
struct BlockSummary {
  double first = 0;
  double last = 0;
  double least = 0;
  double most = 0;
};

void set_summary(const BlockSummary& summary, BlockHeader& header);

// False: the header could not hold it.
bool get_summary(const BlockHeader& header, BlockSummary& summary);

}  // namespace hf::telemetry
