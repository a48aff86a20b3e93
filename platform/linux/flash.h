// hal::Flash as files of one directory.
//
// A name is held by a lock of its open file (flock), which the kernel drops when the process dies,
// however it dies; so a second handle is `busy` over all processes, and no stale lock can be left.
//
// Nothing is retried but calls that a signal interrupted before they did anything; a failed sync
// never is, because Linux forgets the lost pages once it has told us about them.
//
// reserve() writes every byte it reserves: that is what later writes are spared. A journal of some
// hundred kilobytes takes a moment, half a gigabyte on an SD card a minute.
//
// Never allocates. One thread.
#pragma once

#include <array>

#include "hal/flash.h"
#include "platform/linux/descriptor.h"

namespace hf::on_linux {

class Flash final : public hal::Flash {
 public:
  // Makes the directory, but not its parents, when there is none. Where that fails, medium() is
  // `missing` and every call `unavailable`.
  explicit Flash(const char* directory);

  Result<hal::FileHandle> open(std::string_view name, hal::OpenMode mode) override;
  Status close(hal::FileHandle file) override;
  Result<std::uint32_t> read(hal::FileHandle file, std::uint64_t offset,
                             std::span<std::byte> bytes) override;
  Status write(hal::FileHandle file, std::uint64_t offset,
               std::span<const std::byte> bytes) override;
  Status resize(hal::FileHandle file, std::uint64_t bytes) override;
  Status reserve(hal::FileHandle file, std::uint64_t bytes) override;
  Status sync(hal::FileHandle file) override;
  Status sync_directory() override;
  Result<std::uint64_t> size(hal::FileHandle file) override;
  Status rename(std::string_view from, std::string_view to) override;
  Status remove(std::string_view name) override;
  Status name_at(std::uint32_t index, hal::FileName& name) override;
  Result<hal::Space> space() override;
  hal::Medium medium() const override;

 private:
  struct OpenFile {
    Descriptor descriptor;
    bool read_only = false;
  };

  OpenFile& open_file(hal::FileHandle file);
  Status open_locked(const hal::FileName& name, int flags, int lock, Descriptor& file) const;

  Descriptor directory_;
  hal::Medium medium_;         // but for its state, which may change under us
  bool keeps_blocks_ = false;  // what was reserved is written in place
  std::array<OpenFile, hal::kFilesOpenMax> files_;
};

}  // namespace hf::on_linux
