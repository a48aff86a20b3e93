#include "files/journal/journal.h"

#include <algorithm>

#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::files {
namespace {

constexpr std::uint32_t kMagic = 0x314A4648;  // "HFJ1"

constexpr std::size_t kMagicAt = 0;
constexpr std::size_t kChecksumAt = 4;  // of all that follows it, up to the last byte of the record
constexpr std::size_t kGenerationAt = 8;
constexpr std::size_t kPositionAt = 16;
constexpr std::size_t kLengthAt = 24;

}  // namespace

struct Journal::Header {
  Position generation = kNone;
  Position position = kNone;
  std::uint32_t length_bytes = 0;
};

Journal::Journal(hal::Flash& flash, std::string_view name, std::uint64_t capacity_bytes,
                 std::span<std::byte> scratch)
    : flash_(flash), name_(name), capacity_bytes_(capacity_bytes), scratch_(scratch) {
  HF_ASSERT(capacity_bytes % kBlockBytes == 0);
  HF_ASSERT(scratch.size() >= kBlockBytes && scratch.size() <= capacity_bytes);
}

Journal::~Journal() { close(); }

void Journal::close() {
  // Nothing unsynced is worth anything here, so what closing says changes nothing.
  if (is_open_) static_cast<void>(flash_.close(file_));
  is_open_ = false;
}

Status Journal::open(Position kept_through, Found& found) {
  found = {};
  close();
  const Result<hal::FileHandle> opened = flash_.open(name_, hal::OpenMode::create);
  HF_TRY(opened);
  file_ = opened.value();
  is_open_ = true;
  const Status status = [&] {
    HF_TRY(reserve());
    const Result<std::uint64_t> file_bytes = flash_.size(file_);
    HF_TRY(file_bytes);
    survey(file_bytes.value(), kept_through, found);
    // A process that died between write and sync leaves records that only its kernel knows.
    return found.record_count > 0 ? flash_.sync(file_) : Status::ok;
  }();
  if (!is_ok(status)) close();
  return status;
}

// The file is made durable at its full size before the first record relies on it (J3).
Status Journal::reserve() {
  const Result<std::uint64_t> file_bytes = flash_.size(file_);
  HF_TRY(file_bytes);
  if (file_bytes.value() >= capacity_bytes_) return Status::ok;
  const Status reserved = flash_.reserve(file_, capacity_bytes_);
  // Unsupported: grown without the promise. Appends are as safe, and cost more.
  if (!is_ok(reserved) && reserved != Status::unsupported) return reserved;
  HF_TRY(flash_.sync(file_));
  return flash_.sync_directory();
}

// Finds the newest generation and how far it goes. Every block is looked at: a record behind a bad
// one shows that the bad one was safe once (J6), because each append waited for the one before it.
// What this process knows from before (generation_, last_) only grows.
void Journal::survey(std::uint64_t file_bytes, Position kept_through, Found& found) {
  kept_through_ = kept_through;
  end_ = 0;
  std::uint64_t offset = 0;
  while (offset < file_bytes) {
    Header header;
    if (!load(offset, header, &found) || header.generation < generation_) {
      offset += kBlockBytes;
      continue;
    }
    if (header.generation > generation_) found.record_count = 0;
    if (header.position > kept_through) ++found.record_count;
    generation_ = header.generation;
    last_ = std::max(last_, header.position);
    offset += room_for(header.length_bytes);
    end_ = offset;
  }
  const Position first_needed = std::max(generation_, kept_through + 1);
  if (last_ >= first_needed) found.lost_count = last_ - first_needed + 1 - found.record_count;
  last_ = std::max(last_, kept_through);
  if (found.record_count == 0) start_over();
}

// Whether a whole and sound record begins at `offset`; its bytes are then in the scratch.
bool Journal::load(std::uint64_t offset, Header& header, Found* found) {
  const auto head = scratch_.first(kHeaderBytes);
  const Result<std::uint32_t> head_read = flash_.read(file_, offset, head);
  if (!head_read.ok() && found != nullptr) ++found->unreadable_block_count;
  if (head_read.value_or(0) != kHeaderBytes) return false;
  if (load_u32(head.subspan(kMagicAt)) != kMagic) return false;
  header = {.generation = load_u64(head.subspan(kGenerationAt)),
            .position = load_u64(head.subspan(kPositionAt)),
            .length_bytes = load_u32(head.subspan(kLengthAt))};
  if (header.length_bytes > scratch_.size() - kHeaderBytes) return false;
  if (header.generation == kNone || header.position < header.generation) return false;
  if (doubtful_from_ != kNone && header.position >= doubtful_from_) return false;

  const auto body = scratch_.subspan(kHeaderBytes, header.length_bytes);
  const Result<std::uint32_t> body_read = flash_.read(file_, offset + kHeaderBytes, body);
  if (!body_read.ok() && found != nullptr) ++found->unreadable_block_count;
  if (body_read.value_or(0) != body.size()) return false;
  const auto checked = scratch_.subspan(kGenerationAt, kHeaderBytes - kGenerationAt + body.size());
  return load_u32(head.subspan(kChecksumAt)) == crc32c(checked);
}

Status Journal::read(Cursor& cursor, Record& record) {
  HF_ASSERT(is_open_);
  while (cursor.offset < end_) {
    const std::uint64_t offset = cursor.offset;
    Header header;
    if (!load(offset, header, nullptr) || header.generation != generation_) {
      cursor.offset += kBlockBytes;
      continue;
    }
    cursor.offset += room_for(header.length_bytes);
    if (header.position <= kept_through_) continue;
    record = {.position = header.position,
              .bytes = scratch_.subspan(kHeaderBytes, header.length_bytes)};
    return Status::ok;
  }
  return Status::not_found;
}

Result<Journal::Position> Journal::append(std::span<const std::byte> bytes) {
  HF_ASSERT(room_for(bytes.size()) <= scratch_.size());
  if (!is_open_) return Status::unavailable;
  const auto block = scratch_.first(room_for(bytes.size()));
  if (end_ + block.size() > capacity_bytes_) return Status::full;

  const Position position = last_ + 1;
  store(block.subspan(kMagicAt), kMagic);
  store(block.subspan(kGenerationAt), generation_);
  store(block.subspan(kPositionAt), position);
  store(block.subspan(kLengthAt), static_cast<std::uint32_t>(bytes.size()));
  std::copy(bytes.begin(), bytes.end(), block.begin() + kHeaderBytes);
  const std::size_t used = kHeaderBytes + bytes.size();
  std::fill(block.begin() + static_cast<std::ptrdiff_t>(used), block.end(), std::byte{0});
  store(block.subspan(kChecksumAt), crc32c(block.subspan(kGenerationAt, used - kGenerationAt)));

  Status status = flash_.write(file_, end_, block);
  if (is_ok(status)) status = flash_.sync(file_);
  if (!is_ok(status)) {
    // What stands there now may be readable and yet not on the medium (hal/flash.h 4).
    doubtful_from_ = position;
    close();
    return Status::unavailable;
  }
  doubtful_from_ = kNone;
  last_ = position;
  end_ += block.size();
  return position;
}

void Journal::start_over() {
  generation_ = last_ + 1;
  end_ = 0;
}

}  // namespace hf::files
