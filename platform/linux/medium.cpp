#include "platform/linux/medium.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>

#include <array>
#include <cstdio>

#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

struct KnownFileSystem {
  std::uint32_t magic;  // statfs(2)
  std::string_view name;
  bool keeps_blocks;
};

// Some are not in <linux/magic.h> of Debian 12; so all are numbers here.
// clang-format off
constexpr std::array kKnownFileSystems{
  KnownFileSystem{0x0000EF53, "ext4",     true},   // ext2 and ext3 say the same
  KnownFileSystem{0x58465342, "xfs",      true},
  KnownFileSystem{0x00004D44, "vfat",     true},
  KnownFileSystem{0x2011BAB0, "exfat",    true},
  KnownFileSystem{0x01021994, "tmpfs",    true},
  KnownFileSystem{0x858458F6, "ramfs",    false},
  KnownFileSystem{0xF2F52010, "f2fs",     false},
  KnownFileSystem{0x24051905, "ubifs",    false},
  KnownFileSystem{0x000072B6, "jffs2",    false},
  KnownFileSystem{0x9123683E, "btrfs",    false},
  KnownFileSystem{0x794C7630, "overlay",  false},
  KnownFileSystem{0x73717368, "squashfs", false},
  KnownFileSystem{0x65735546, "fuse",     false},
  KnownFileSystem{0x00006969, "nfs",      false},
};
// clang-format on

}  // namespace

FileSystem file_system_of(int folder) {
  struct statfs found {};
  if (::fstatfs(folder, &found) != 0) return {};
  for (const auto& known : kKnownFileSystems) {
    if (known.magic != static_cast<std::uint32_t>(found.f_type)) continue;
    FileSystem file_system{.name = {}, .keeps_blocks = known.keeps_blocks};
    file_system.name.assign(known.name);
    return file_system;
  }
  return {};
}

std::uint32_t sector_bytes_of(int folder) {
  struct stat found {};
  if (::fstat(folder, &found) != 0) return hal::Medium{}.sector_bytes;
  // A partition has no queue of its own: its disk, one folder up, has.
  for (const char* queue : {"queue", "../queue"}) {
    std::array<char, 80> path;
    std::snprintf(path.data(), path.size(), "/sys/dev/block/%u:%u/%s/physical_block_size",
                  major(found.st_dev), minor(found.st_dev), queue);
    const auto bytes = read_number(AT_FDCWD, path.data());
    if (bytes.ok()) return static_cast<std::uint32_t>(bytes.value());
  }
  return static_cast<std::uint32_t>(found.st_blksize);
}

bool is_mounted_read_only(int folder) {
  struct statvfs found {};
  return ::fstatvfs(folder, &found) != 0 || (found.f_flag & ST_RDONLY) != 0;
}

}  // namespace hf::on_linux
