// What a command asks of the machine it runs on.
#pragma once

#include <cstdint>

#include "vocabulary/time.h"

namespace hf::hub {

UtcTime utc_now();

// From the system's source of chance.
std::uint64_t any_number();

}  // namespace hf::hub
