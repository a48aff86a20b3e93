// A block device under a directory: what the file system really writes to it.
//
// Virtual time outruns the kernel's timers, so what they would do is done here: every five seconds
// a journaling file system commits the inodes whose dates changed, every thirty what is dirty goes
// to its place. With lazytime dates alone are no reason to write for a day: then nothing is done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "vocabulary/time.h"

namespace hf::bench {

class Device {
 public:
  // `directory` lies on it; `stat` is its /sys/block/…/stat.
  Device(std::string directory, std::string stat, bool is_lazytime);
  ~Device();
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  // REQUIRES: called every second of virtual time.
  void pass_second(Uptime now);

  // Since the first second passed: making the files is done once in a gateway's life. What is still
  // in memory is written first.
  std::uint64_t bytes_written();

 private:
  void commit_dates() const;
  std::uint64_t sectors_written() const;

  std::string path_;
  std::string stat_;
  bool is_lazytime_;
  int directory_;
  std::optional<std::uint64_t> sectors_before_;
};

}  // namespace hf::bench
