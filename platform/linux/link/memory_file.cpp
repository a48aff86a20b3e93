#include "platform/linux/link/memory_file.h"

#include <sys/mman.h>
#include <unistd.h>

namespace hf::link_role {

MemoryFile::~MemoryFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

void MemoryFile::hold(std::span<const std::byte> bytes) {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
  if (bytes.empty()) return;
  descriptor_ = ::memfd_create("secret", MFD_CLOEXEC);
  const auto written = ::write(descriptor_, bytes.data(), bytes.size());
  if (written == static_cast<ssize_t>(bytes.size())) return;
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

std::string MemoryFile::path() const {
  return descriptor_ < 0 ? "" : "/proc/self/fd/" + std::to_string(descriptor_);
}

}  // namespace hf::link_role
