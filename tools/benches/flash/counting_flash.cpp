#include "tools/benches/flash/counting_flash.h"

namespace hf::bench {

std::uint64_t CountingFlash::bytes_held() {
  std::uint64_t bytes = 0;
  hal::FileName name;
  for (std::uint32_t index = 0; is_ok(medium_.name_at(index, name)); ++index) {
    const auto file = medium_.open(name.view(), hal::OpenMode::read_only);
    if (!file.ok()) continue;
    bytes += medium_.size(file.value()).value_or(0);
    static_cast<void>(is_ok(medium_.close(file.value())));
  }
  return bytes;
}

Status CountingFlash::close(hal::FileHandle file) {
  dirty_[slot_of(file)].clear();
  return medium_.close(file);
}

Status CountingFlash::write(hal::FileHandle file, std::uint64_t offset,
                            std::span<const std::byte> bytes) {
  use_.bytes += bytes.size();
  const std::uint64_t end = offset + bytes.size();
  for (std::uint64_t block = offset / kFlashBlockBytes; block * kFlashBlockBytes < end; ++block) {
    use_.blocks += dirty_[slot_of(file)].insert(block).second ? 1 : 0;
  }
  return medium_.write(file, offset, bytes);
}

Status CountingFlash::sync(hal::FileHandle file) {
  ++use_.flushes;
  dirty_[slot_of(file)].clear();
  return leaves_syncs_out_ ? Status::ok : medium_.sync(file);
}

Status CountingFlash::sync_directory() {
  ++use_.flushes;
  return leaves_syncs_out_ ? Status::ok : medium_.sync_directory();
}

}  // namespace hf::bench
