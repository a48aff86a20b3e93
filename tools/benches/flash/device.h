// A block device under a directory: what the file system really writes to it.
#pragma once

#include <cstdint>
#include <string>

#include "vocabulary/time.h"

namespace hf::bench {

class Device {
 public:
  // `directory` lies on it; `stat` is its /sys/block/…/stat.
  Device(std::string directory, std::string stat);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // Virtual time outruns the kernel's timers, so its writing back is done for it: a journaling file
  // system commits what changed every five seconds, and so do we. REQUIRES: called every second.
  void pass_second(Uptime now);

  // Since it was first asked. What is still in memory is written first.
  std::uint64_t bytes_written();

 private:
  std::uint64_t sectors_written() const;

  std::string stat_;
  int directory_;
  std::uint64_t sectors_before_ = 0;
};

}  // namespace hf::bench
