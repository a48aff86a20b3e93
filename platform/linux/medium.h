// What lies beneath a directory: file system, sector, whether it can be written.
#pragma once

#include "hal/flash.h"

namespace hf::on_linux {

struct FileSystem {
  FixedString<15> name;  // empty: unknown
  // Reserved blocks are overwritten where they lie. Copy-on-write and log-structured file systems
  // move every write, so that nothing reserved is ever free of new metadata.
  bool keeps_blocks = false;
};

FileSystem file_system_of(int folder);

// The smallest unit the device writes whole; the file system's block where the device is unknown.
std::uint32_t sector_bytes_of(int folder);

bool is_mounted_read_only(int folder);

}  // namespace hf::on_linux
