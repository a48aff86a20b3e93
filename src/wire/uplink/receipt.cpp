#include "wire/uplink/receipt.h"

#include <array>

#include "vocabulary/checksum.h"

namespace hf::wire {
namespace {

constexpr std::size_t kChecksumAt = 1;
constexpr std::size_t kEntriesAt = kChecksumAt + sizeof(std::uint32_t);

std::uint32_t checksum_of(std::span<const std::byte> receipt) {
  return crc32c(receipt.subspan(kEntriesAt));
}

// A run of positions that begins `gap` after `at` and is `length` long. False: beyond all numbers.
bool step(std::uint64_t& at, std::uint64_t by) {
  if (by > kReceiptPositionEnd - at) return false;
  at += by;
  return true;
}

// Reads one entry. What is wrong fails the reader.
void take_entry(ByteReader& in, std::span<PositionRun> space, ReceiptEntry& entry) {
  entry.stream = in.take<std::uint64_t>();
  const auto lane = in.take<std::uint8_t>();
  if (lane > static_cast<std::uint8_t>(Lane::events)) in.fail();
  entry.lane = static_cast<Lane>(lane);
  entry.watermark = in.take_varint(kReceiptPositionEnd);
  const auto count = static_cast<std::size_t>(in.take_varint(kReceiptHolesMax));
  std::uint64_t at = entry.watermark;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t gap = in.take_varint(kReceiptPositionEnd);
    const std::uint64_t length = in.take_varint(kReceiptPositionEnd);
    const bool is_apart = i == 0 || gap > 0;
    if (!is_apart || length == 0 || !step(at, gap)) in.fail();
    const std::uint64_t first = at;
    if (!step(at, length)) in.fail();
    space[i] = {.first = first, .end = at};
  }
  if (count > 0 && !step(at, in.take_varint(kReceiptPositionEnd))) in.fail();
  entry.through = at;
  entry.holes = space.first(count);
}

}  // namespace

ReceiptWriter::ReceiptWriter(std::span<std::byte> out) : receipt_(out), out_(out) {
  out_.put(kReceiptVersion);
  out_.put(std::uint32_t{0});
}

Status ReceiptWriter::add(const ReceiptEntry& entry) {
  HF_ASSERT(entry.holes.size() <= kReceiptHolesMax && entry.through >= entry.watermark);
  if (entries_ == kReceiptEntriesMax) return Status::full;
  ByteWriter out = out_;
  out.put(entry.stream);
  out.put(static_cast<std::uint8_t>(entry.lane));
  out.put_varint(entry.watermark);
  out.put_varint(entry.holes.size());
  std::uint64_t at = entry.watermark;
  for (const PositionRun& hole : entry.holes) {
    HF_ASSERT(hole.first >= at && hole.end > hole.first && hole.end <= entry.through);
    out.put_varint(hole.first - at);
    out.put_varint(hole.end - hole.first);
    at = hole.end;
  }
  if (!entry.holes.empty()) out.put_varint(entry.through - at);
  HF_TRY(out.status());
  out_ = out;
  ++entries_;
  return Status::ok;
}

Result<std::uint32_t> ReceiptWriter::finish() {
  if (entries_ == 0) return Status::full;
  const auto receipt = receipt_.first(out_.at());
  store(receipt.subspan(kChecksumAt), checksum_of(receipt));
  return static_cast<std::uint32_t>(receipt.size());
}

Status ReceiptReader::open(std::span<const std::byte> receipt) {
  if (receipt.size() <= kEntriesAt || receipt.size() > kReceiptBytesMax) return Status::corrupt;
  if (load<std::uint8_t>(receipt) != kReceiptVersion) return Status::unsupported;
  if (load_u32(receipt.subspan(kChecksumAt)) != checksum_of(receipt)) return Status::corrupt;
  in_ = ByteReader(receipt.subspan(kEntriesAt));
  ByteReader all = in_;
  std::array<PositionRun, kReceiptHolesMax> space;
  std::size_t entries = 0;
  for (ReceiptEntry entry; !all.at_end() && entries <= kReceiptEntriesMax; ++entries) {
    take_entry(all, space, entry);
  }
  return entries > kReceiptEntriesMax ? Status::corrupt : all.status();
}

Status ReceiptReader::next(std::span<PositionRun> space, ReceiptEntry& entry) {
  HF_ASSERT(space.size() >= kReceiptHolesMax);
  if (in_.at_end()) return Status::not_found;
  take_entry(in_, space, entry);
  return Status::ok;
}

}  // namespace hf::wire
