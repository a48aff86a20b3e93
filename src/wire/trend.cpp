#include "wire/trend.h"

namespace hf::wire {

void Trend::rescale(std::uint64_t times, bool larger) {
  for (std::uint64_t& feature : features_) {
    const auto value = static_cast<std::int64_t>(feature);
    feature = larger ? static_cast<std::uint64_t>(value / static_cast<std::int64_t>(times))
                     : feature * times;
  }
}

}  // namespace hf::wire
