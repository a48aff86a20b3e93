#include "stores/telemetry/block_extent.h"

#include <bit>
#include <cmath>
#include <limits>

namespace hf::stores::telemetry {
namespace {

constexpr double kPowers[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr std::uint8_t kDecimalsMax = 9;

double unscaled(std::int32_t scaled, std::uint8_t decimals) { return scaled / kPowers[decimals]; }

bool try_scale(double value, std::uint8_t decimals, std::int32_t& scaled) {
  const double candidate = std::nearbyint(value * kPowers[decimals]);
  constexpr double kMost = std::numeric_limits<std::int32_t>::max();
  if (!(candidate >= -kMost && candidate <= kMost)) return false;
  scaled = static_cast<std::int32_t>(candidate);
  return std::bit_cast<std::uint64_t>(unscaled(scaled, decimals)) ==
         std::bit_cast<std::uint64_t>(value);
}

}  // namespace

void set_extent(const Extent& extent, BlockHeader& header) {
  for (std::uint8_t decimals = 0; decimals <= kDecimalsMax; ++decimals) {
    if (try_scale(extent.least, decimals, header.least_scaled) &&
        try_scale(extent.most, decimals, header.most_scaled)) {
      header.decimals = decimals;
      return;
    }
  }
  header.decimals = kNotScaled;
}

bool get_extent(const BlockHeader& header, Extent& extent) {
  if (header.decimals == kNotScaled) return false;
  extent = {.least = unscaled(header.least_scaled, header.decimals),
            .most = unscaled(header.most_scaled, header.decimals)};
  return true;
}

}  // namespace hf::stores::telemetry
