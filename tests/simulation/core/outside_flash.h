// The flash as the core sees it in a simulation: see outside.h.
#pragma once

#include "hal/flash.h"
#include "lifecycle/heap_seal/heap_seal.h"

namespace hf::simulation {

class FlashOutside final : public hal::Flash {
 public:
  explicit FlashOutside(hal::Flash& flash) : flash_(flash) {}

  Result<hal::FileHandle> open(std::string_view name, hal::OpenMode mode) override {
    const heap_seal::Watching world(false);
    return flash_.open(name, mode);
  }
  Status close(hal::FileHandle file) override {
    const heap_seal::Watching world(false);
    return flash_.close(file);
  }
  Result<std::uint32_t> read(hal::FileHandle file, std::uint64_t offset,
                             std::span<std::byte> bytes) override {
    const heap_seal::Watching world(false);
    return flash_.read(file, offset, bytes);
  }
  Status write(hal::FileHandle file, std::uint64_t offset,
               std::span<const std::byte> bytes) override {
    const heap_seal::Watching world(false);
    return flash_.write(file, offset, bytes);
  }
  Status resize(hal::FileHandle file, std::uint64_t bytes) override {
    const heap_seal::Watching world(false);
    return flash_.resize(file, bytes);
  }
  Status reserve(hal::FileHandle file, std::uint64_t bytes) override {
    const heap_seal::Watching world(false);
    return flash_.reserve(file, bytes);
  }
  Status sync(hal::FileHandle file) override {
    const heap_seal::Watching world(false);
    return flash_.sync(file);
  }
  Status sync_directory() override {
    const heap_seal::Watching world(false);
    return flash_.sync_directory();
  }
  Result<std::uint64_t> size(hal::FileHandle file) override {
    const heap_seal::Watching world(false);
    return flash_.size(file);
  }
  Status rename(std::string_view from, std::string_view to) override {
    const heap_seal::Watching world(false);
    return flash_.rename(from, to);
  }
  Status remove(std::string_view name) override {
    const heap_seal::Watching world(false);
    return flash_.remove(name);
  }
  Status name_at(std::uint32_t index, hal::FileName& name) override {
    const heap_seal::Watching world(false);
    return flash_.name_at(index, name);
  }
  Result<hal::Space> space() override {
    const heap_seal::Watching world(false);
    return flash_.space();
  }
  hal::Medium medium() const override { return flash_.medium(); }

 private:
  hal::Flash& flash_;
};

}  // namespace hf::simulation
