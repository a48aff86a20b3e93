#include "files/note/note.h"

#include <algorithm>
#include <array>

#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::files {
namespace {

constexpr std::size_t kPlaceBytes = 4096;  // what file systems write at once, no less
constexpr std::size_t kPlaces = 2;

// Where the fields lie.
constexpr std::size_t kChecksumAt = 0;  // of all that follows it
constexpr std::size_t kSizeAt = 4;
constexpr std::size_t kGenerationAt = 8;
constexpr std::size_t kHeadBytes = 16;

using Record = std::array<std::byte, kHeadBytes + kNoteBytesMax>;

}  // namespace

Result<std::uint32_t> Note::load(std::span<std::byte> bytes) {
  const auto file = flash_.open(name_, hal::OpenMode::existing);
  if (!file.ok()) return file.status();
  std::array<std::byte, kNoteBytesMax> read{};
  std::array<std::byte, kNoteBytesMax> newest{};
  Place found;
  Status status = Status::ok;
  for (std::size_t index = 0; index < kPlaces && is_ok(status); ++index) {
    const auto place = look(file.value(), index, read);
    status = place.status();
    if (!place.ok() || place.value().generation <= found.generation) continue;
    found = place.value();
    newest = read;
  }
  static_cast<void>(flash_.close(file.value()));  // nothing was written
  HF_TRY(status);
  if (found.generation == 0) return Status::not_found;
  if (found.size > bytes.size()) return Status::full;
  std::copy_n(newest.begin(), found.size, bytes.begin());
  return found.size;
}

Status Note::save(std::span<const std::byte> bytes) {
  HF_ASSERT(bytes.size() <= kNoteBytesMax);
  const auto file = flash_.open(name_, hal::OpenMode::create);
  if (!file.ok()) return file.status();
  Status status = put(file.value(), bytes);
  const Status closed = flash_.close(file.value());
  if (is_ok(status)) status = closed;
  return is_ok(status) ? flash_.sync_directory() : status;  // the name, when it is new
}

// Into the place that does not hold the newest.
Status Note::put(hal::FileHandle file, std::span<const std::byte> bytes) {
  std::array<std::byte, kNoteBytesMax> old;
  std::uint64_t newest = 0;
  std::size_t to = 0;
  for (std::size_t index = 0; index < kPlaces; ++index) {
    const auto place = look(file, index, old);
    if (!place.ok()) return place.status();
    if (place.value().generation <= newest) continue;
    newest = place.value().generation;
    to = (index + 1) % kPlaces;
  }
  Record record{};
  const std::span whole = std::span{record}.first(kHeadBytes + bytes.size());
  store(whole.subspan(kSizeAt), static_cast<std::uint32_t>(bytes.size()));
  store(whole.subspan(kGenerationAt), newest + 1);
  std::ranges::copy(bytes, whole.begin() + kHeadBytes);
  store(whole.subspan(kChecksumAt), crc32c(whole.subspan(kSizeAt)));
  const Status status = flash_.write(file, to * kPlaceBytes, whole);
  return is_ok(status) ? flash_.sync(file) : status;
}

Result<Note::Place> Note::look(hal::FileHandle file, std::size_t index,
                               std::span<std::byte> bytes) {
  Record record{};
  const auto read = flash_.read(file, index * kPlaceBytes, record);
  if (!read.ok()) return read.status();
  const std::size_t size = load_u32(std::span{record}.subspan(kSizeAt));
  const bool is_whole = read.value() >= kHeadBytes && size <= read.value() - kHeadBytes;
  if (!is_whole) return Place{};
  const std::span whole = std::span{record}.first(kHeadBytes + size);
  if (load_u32(whole) != crc32c(whole.subspan(kSizeAt))) return Place{};
  std::copy_n(whole.begin() + kHeadBytes, size, bytes.begin());
  return Place{.generation = load_u64(whole.subspan(kGenerationAt)),
               .size = static_cast<std::uint32_t>(size)};
}

}  // namespace hf::files
