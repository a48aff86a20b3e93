// How a range is cut: see symbol_writer.h.
#pragma once

#include <cstdint>

namespace hf::wire {

inline constexpr unsigned kShareBits = 12;
inline constexpr std::uint32_t kShareTotal = 1U << kShareBits;
inline constexpr std::uint32_t kReserveMax =
    kShareTotal * 31 / 32;  // what is left can still be cut

}  // namespace hf::wire
