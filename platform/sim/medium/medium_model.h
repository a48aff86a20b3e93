// What a simulated medium, and the file system on it, may do to what was not synced when the power
// goes. Data only: survival.h draws lots by it.
//
// The default is the worst that hal/flash.h allows: a store that holds on it holds anywhere.
#pragma once

#include <cstdint>
#include <string_view>

namespace hf::sim {

struct MediumModel {
  std::string_view file_system = "sim";

  // Unsynced writes survive in units of this size; 512 or 4096.
  std::uint32_t sector_bytes = 512;

  // A sector that was being written may be new in its first bytes and old in the others.
  bool tears_sectors = true;

  // Later writes may survive earlier ones. Otherwise what survives is a beginning.
  bool reorders = true;

  // Names change in the order in which they were changed, as under a journal. Otherwise each
  // change comes out by itself, as on FAT.
  bool orders_names = false;

  // A rename survives only with the data that was written before it (ext4 does that for a rename
  // over an existing name; jffs2, ubifs and xfs do not).
  bool rename_waits_for_data = false;

  // reserve() can promise that later writes need no new space. Otherwise it only grows the file.
  bool reserves_space = true;

  // Beyond this many unsynced bytes the oldest reach the medium by themselves, as a kernel writes
  // back; it also bounds the memory that a large file takes here.
  std::uint64_t unsynced_bytes_max = 32ULL * 1024 * 1024;

  std::uint64_t capacity_bytes = 512ULL * 1024 * 1024;
  std::uint64_t endurance_bytes = 0;  // 0: unknown
};

// The common case in the field: ext4 with its default options on an SD card.
inline constexpr MediumModel kExt4OnCard{.file_system = "ext4",
                                         .sector_bytes = 4096,
                                         .tears_sectors = false,
                                         .reorders = true,
                                         .orders_names = true,
                                         .rename_waits_for_data = true,
                                         .reserves_space = true};

// Raw NAND: a log-structured file system that keeps a beginning of what was done.
inline constexpr MediumModel kUbifsOnNand{.file_system = "ubifs",
                                          .sector_bytes = 4096,
                                          .tears_sectors = false,
                                          .reorders = false,
                                          .orders_names = true,
                                          .rename_waits_for_data = false,
                                          .reserves_space = false};  // it never writes in place

}  // namespace hf::sim
