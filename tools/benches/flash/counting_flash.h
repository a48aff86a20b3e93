// A flash that counts what goes through to another one: what a store asks of its medium.
//
// Beside the bytes it counts blocks of 4 KiB, each once between two syncs however often it was
// written: that is what a page cache hands on, and no file system writes less.
#pragma once

#include <array>
#include <cstdint>
#include <set>

#include "hal/flash.h"

namespace hf::bench {

inline constexpr std::uint64_t kFlashBlockBytes = 4096;

struct FlashUse {
  std::uint64_t bytes = 0;
  std::uint64_t blocks = 0;
  std::uint64_t flushes = 0;  // syncs of a file or of the directory

  std::uint64_t block_bytes() const { return blocks * kFlashBlockBytes; }
};

class CountingFlash final : public hal::Flash {
 public:
  explicit CountingFlash(hal::Flash& medium) : medium_(medium) {}

  // For files that are only to be there, and may be lost: syncs are counted and left out.
  void leave_syncs_out() { leaves_syncs_out_ = true; }

  const FlashUse& use() const { return use_; }
  void forget() { use_ = {}; }

  // Of all files there are. REQUIRES: none is open.
  std::uint64_t bytes_held();

  Result<hal::FileHandle> open(std::string_view name, hal::OpenMode mode) override {
    return medium_.open(name, mode);
  }
  Status close(hal::FileHandle file) override;
  Result<std::uint32_t> read(hal::FileHandle file, std::uint64_t offset,
                             std::span<std::byte> bytes) override {
    return medium_.read(file, offset, bytes);
  }
  Status write(hal::FileHandle file, std::uint64_t offset,
               std::span<const std::byte> bytes) override;
  Status resize(hal::FileHandle file, std::uint64_t bytes) override {
    return medium_.resize(file, bytes);
  }
  Status reserve(hal::FileHandle file, std::uint64_t bytes) override {
    return medium_.reserve(file, bytes);
  }
  Status sync(hal::FileHandle file) override;
  Status sync_directory() override;
  Result<std::uint64_t> size(hal::FileHandle file) override { return medium_.size(file); }
  Status rename(std::string_view from, std::string_view to) override {
    return medium_.rename(from, to);
  }
  Status remove(std::string_view name) override { return medium_.remove(name); }
  Status name_at(std::uint32_t index, hal::FileName& name) override {
    return medium_.name_at(index, name);
  }
  Result<hal::Space> space() override { return medium_.space(); }
  hal::Medium medium() const override { return medium_.medium(); }

 private:
  static std::size_t slot_of(hal::FileHandle file) { return file.slot % hal::kFilesOpenMax; }

  hal::Flash& medium_;
  bool leaves_syncs_out_ = false;
  FlashUse use_;
  std::array<std::set<std::uint64_t>, hal::kFilesOpenMax> dirty_;  // blocks, by place of the handle
};

}  // namespace hf::bench
