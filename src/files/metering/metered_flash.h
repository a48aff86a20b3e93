// A flash that counts what is written to it: every byte and every sync that any store or SQLite
// asks for passes here, so the count is what wears the medium, short of what its own layers add.
//
// Cost: an addition a call. Everything else is the medium's (hal/flash.h).
#pragma once

#include "hal/flash.h"

namespace hf::files {

struct FlashMeter {
  std::uint64_t bytes_written = 0;
  std::uint64_t writes = 0;
  std::uint64_t syncs = 0;
};

class MeteredFlash final : public hal::Flash {
 public:
  explicit MeteredFlash(hal::Flash& flash) : flash_(flash) {}  // REQUIRES: it outlives this

  const FlashMeter& meter() const { return meter_; }

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
  hal::Flash& flash_;
  FlashMeter meter_;
};

}  // namespace hf::files
