#include "tests/simulation/core/findings.h"

#include <array>
#include <cstdio>

namespace hf::simulation {

std::string clock_face(Duration since_beginning) {
  const std::int64_t ms = since_beginning.ms;
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "day %lld %02lld:%02lld:%02lld.%03lld",
                static_cast<long long>(ms / days(1).ms),
                static_cast<long long>(ms / hours(1).ms % 24),
                static_cast<long long>(ms / minutes(1).ms % 60),
                static_cast<long long>(ms / 1000 % 60), static_cast<long long>(ms % 1000));
  return text.data();
}

}  // namespace hf::simulation
