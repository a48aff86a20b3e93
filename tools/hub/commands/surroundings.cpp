#include "tools/hub/commands/surroundings.h"

#include <chrono>
#include <fstream>

namespace hf::hub {

UtcTime utc_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

std::uint64_t any_number() {
  std::uint64_t number = 0;
  std::ifstream random{"/dev/urandom", std::ios::binary};
  random.read(reinterpret_cast<char*>(&number), sizeof number);  // NOLINT: bytes are bytes
  return number;
}

}  // namespace hf::hub
