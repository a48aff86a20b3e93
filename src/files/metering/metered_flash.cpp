#include "files/metering/metered_flash.h"

namespace hf::files {

Result<hal::FileHandle> MeteredFlash::open(std::string_view name, hal::OpenMode mode) {
  return flash_.open(name, mode);
}

Status MeteredFlash::close(hal::FileHandle file) { return flash_.close(file); }

Result<std::uint32_t> MeteredFlash::read(hal::FileHandle file, std::uint64_t offset,
                                         std::span<std::byte> bytes) {
  return flash_.read(file, offset, bytes);
}

// Counted before the outcome is known: a write that failed may have worn the medium all the same.
Status MeteredFlash::write(hal::FileHandle file, std::uint64_t offset,
                           std::span<const std::byte> bytes) {
  meter_.bytes_written += bytes.size();
  ++meter_.writes;
  return flash_.write(file, offset, bytes);
}

Status MeteredFlash::resize(hal::FileHandle file, std::uint64_t bytes) {
  return flash_.resize(file, bytes);
}

Status MeteredFlash::reserve(hal::FileHandle file, std::uint64_t bytes) {
  return flash_.reserve(file, bytes);
}

Status MeteredFlash::sync(hal::FileHandle file) {
  ++meter_.syncs;
  return flash_.sync(file);
}

Status MeteredFlash::sync_directory() {
  ++meter_.syncs;
  return flash_.sync_directory();
}

Result<std::uint64_t> MeteredFlash::size(hal::FileHandle file) { return flash_.size(file); }

Status MeteredFlash::rename(std::string_view from, std::string_view to) {
  return flash_.rename(from, to);
}

Status MeteredFlash::remove(std::string_view name) { return flash_.remove(name); }

Status MeteredFlash::name_at(std::uint32_t index, hal::FileName& name) {
  return flash_.name_at(index, name);
}

Result<hal::Space> MeteredFlash::space() { return flash_.space(); }

hal::Medium MeteredFlash::medium() const { return flash_.medium(); }

}  // namespace hf::files
