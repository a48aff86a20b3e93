#include "flash/device.h"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>

namespace hf::bench {
namespace {

constexpr std::int64_t kCommitPeriodS = 5;  // ext4's `commit=`, by default
constexpr std::uint64_t kSectorBytes = 512;

}  // namespace

Device::Device(std::string directory, std::string stat)
    : stat_(std::move(stat)),
      directory_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  ::syncfs(directory_);
  sectors_before_ = sectors_written();
}

Device::~Device() { ::close(directory_); }

void Device::pass_second(Uptime now) {
  if (now.ms / 1000 % kCommitPeriodS == 0) ::syncfs(directory_);
}

std::uint64_t Device::bytes_written() {
  ::syncfs(directory_);
  return (sectors_written() - sectors_before_) * kSectorBytes;
}

// The seventh number: Documentation/block/stat.rst.
std::uint64_t Device::sectors_written() const {
  std::ifstream file(stat_);
  std::uint64_t number = 0;
  for (int field = 0; field < 7; ++field) file >> number;
  return number;
}

}  // namespace hf::bench
