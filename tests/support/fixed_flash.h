// A flash of a few files in fixed memory: for tests that watch the heap, where the simulated flash,
// which keeps its files in growing containers, would be heard itself. Loses nothing, fails never.
#pragma once

#include <algorithm>
#include <array>
#include <cstring>

#include "hal/flash.h"

namespace hf {

class FixedFlash final : public hal::Flash {
 public:
  static constexpr std::size_t kFilesMax = 6;
  static constexpr std::size_t kFileBytesMax = 2 * 1024 * 1024;

  void forget_everything() {
    for (File& file : files_) file.forget();
  }

  Result<hal::FileHandle> open(std::string_view name, hal::OpenMode mode) override {
    File* file = find(name);
    if (file == nullptr && mode == hal::OpenMode::create) file = make(name);
    if (file == nullptr) {
      return mode == hal::OpenMode::create ? Status::full : Status::not_found;
    }
    if (file->is_open) return Status::busy;
    file->is_open = true;
    return hal::FileHandle{static_cast<std::uint16_t>(file - files_.data())};
  }

  Status close(hal::FileHandle handle) override {
    files_[handle.slot].is_open = false;
    return Status::ok;
  }

  Result<std::uint32_t> read(hal::FileHandle handle, std::uint64_t offset,
                             std::span<std::byte> bytes) override {
    const File& file = files_[handle.slot];
    if (offset >= file.size) return std::uint32_t{0};
    const auto from = static_cast<std::size_t>(offset);
    const std::size_t count = std::min(bytes.size(), file.size - from);
    std::memcpy(bytes.data(), file.bytes.data() + from, count);
    return static_cast<std::uint32_t>(count);
  }

  Status write(hal::FileHandle handle, std::uint64_t offset,
               std::span<const std::byte> bytes) override {
    if (offset + bytes.size() > kFileBytesMax) return Status::full;
    File& file = files_[handle.slot];
    const auto to = static_cast<std::size_t>(offset);
    if (to > file.size) file.grow_to(to);
    std::memcpy(file.bytes.data() + to, bytes.data(), bytes.size());
    file.size = std::max(file.size, to + bytes.size());
    return Status::ok;
  }

  Status resize(hal::FileHandle handle, std::uint64_t bytes) override {
    if (bytes > kFileBytesMax) return Status::full;
    File& file = files_[handle.slot];
    const auto size = static_cast<std::size_t>(bytes);
    if (size > file.size) file.grow_to(size);
    file.size = size;
    return Status::ok;
  }

  Status reserve(hal::FileHandle, std::uint64_t) override { return Status::unsupported; }
  Status sync(hal::FileHandle) override { return Status::ok; }
  Status sync_directory() override { return Status::ok; }

  Result<std::uint64_t> size(hal::FileHandle handle) override {
    return std::uint64_t{files_[handle.slot].size};
  }

  Status rename(std::string_view, std::string_view) override { return Status::unavailable; }

  Status remove(std::string_view name) override {
    if (File* file = find(name); file != nullptr) file->forget();
    return Status::ok;
  }

  Status name_at(std::uint32_t, hal::FileName&) override { return Status::not_found; }
  Result<hal::Space> space() override { return hal::Space{}; }
  hal::Medium medium() const override {
    hal::Medium medium;
    medium.state = hal::MediumState::writable;
    return medium;
  }

 private:
  struct File {
    hal::FileName name;
    bool is_open = false;
    std::size_t size = 0;
    std::array<std::byte, kFileBytesMax> bytes{};

    void grow_to(std::size_t grown) {
      std::memset(bytes.data() + size, 0, grown - size);
      size = grown;
    }

    void forget() {
      name.clear();
      is_open = false;
      size = 0;
    }
  };

  File* find(std::string_view name) {
    const auto at =
        std::ranges::find_if(files_, [&](const File& file) { return file.name.view() == name; });
    return at == files_.end() || name.empty() ? nullptr : &*at;
  }

  File* make(std::string_view name) {
    const auto at =
        std::ranges::find_if(files_, [](const File& file) { return file.name.empty(); });
    if (at == files_.end()) return nullptr;
    at->name.assign(name);
    return &*at;
  }

  std::array<File, kFilesMax> files_{};
};

}  // namespace hf
