#include "tools/benches/flash/device.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace hf::bench {
namespace {

constexpr std::int64_t kCommitPeriodS = 5;      // ext4's `commit=`, by default
constexpr std::int64_t kWriteBackPeriodS = 30;  // vm.dirty_expire_centisecs, by default
constexpr std::uint64_t kSectorBytes = 512;

// Two writes within one tick of the kernel get one date, and the second changes nothing. In real
// time there are seconds between them.
constexpr std::chrono::milliseconds kTick{11};

}  // namespace

Device::Device(std::string directory, std::string stat, bool is_lazytime)
    : path_(std::move(directory)),
      stat_(std::move(stat)),
      is_lazytime_(is_lazytime),
      directory_(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {}

Device::~Device() { ::close(directory_); }

void Device::pass_second(Uptime now) {
  if (!sectors_before_) {
    ::syncfs(directory_);
    sectors_before_ = sectors_written();
  }
  if (is_lazytime_) return;
  if (now.ms / 1000 % kCommitPeriodS == 0) commit_dates();
  if (now.ms / 1000 % kWriteBackPeriodS == 0) ::syncfs(directory_);
}

// Commits the journal of the file system and leaves the rest where it is.
void Device::commit_dates() const {
  std::this_thread::sleep_for(kTick);
  for (const auto& entry : std::filesystem::directory_iterator(path_)) {
    const int file = ::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) continue;
    ::fsync(file);
    ::close(file);
  }
}

std::uint64_t Device::bytes_written() {
  ::syncfs(directory_);
  return (sectors_written() - sectors_before_.value_or(0)) * kSectorBytes;
}

// The seventh number: Documentation/block/stat.rst.
std::uint64_t Device::sectors_written() const {
  std::ifstream file(stat_);
  std::uint64_t number = 0;
  for (int field = 0; field < 7; ++field) file >> number;
  return number;
}

}  // namespace hf::bench
