#include "platform/linux/entropy.h"

#include <sys/random.h>

#include "platform/linux/folder.h"

namespace hf::on_linux {

Status Entropy::fill(std::span<std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count =
        uninterrupted([&] { return ::getrandom(bytes.data(), bytes.size(), GRND_NONBLOCK); });
    // Once ready the pool stays ready: only the first call can fail, before anything was written.
    if (count < 0) return Status::busy;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return Status::ok;
}

}  // namespace hf::on_linux
