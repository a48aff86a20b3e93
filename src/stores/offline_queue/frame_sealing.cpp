#include "stores/offline_queue/frame_sealing.h"

#include <algorithm>

#include "vocabulary/bytes.h"

namespace hf::stores::queue {
namespace {

// Records of the journal are in no lane.
constexpr std::uint8_t kLaneOfRecords = 255;

files::SealedPlace sealed_place(Place place) {
  return {.stream = stream_of(place),
          .position = position_of(place),
          .lane = static_cast<std::uint8_t>(lane_of(place))};
}

files::SealedPlace sealed_place(std::uint64_t number) {
  return {.stream = 0, .position = number, .lane = kLaneOfRecords};
}

}  // namespace

Status FrameSealing::start(files::KeyNumber newest_seen, bool is_wanted) {
  is_wanted_ = is_wanted;
  if (parts_.sealing == nullptr) return Status::ok;
  const Status found = parts_.sealing->start(newest_seen);
  if (is_ok(found) || found == Status::unavailable) return found;
  can_seal_ = found != Status::unsupported;
  if (!can_seal_ || !is_wanted) return Status::ok;
  // None yet, or the newest is damaged: what comes from here on is under one of its own.
  return rotate() == Status::unavailable ? Status::unavailable : Status::ok;
}

Status FrameSealing::rotate() {
  if (parts_.sealing == nullptr || !can_seal_) return Status::unsupported;
  return parts_.sealing->rotate(*parts_.entropy);
}

Status FrameSealing::erase(files::KeyNumber key) {
  return parts_.sealing == nullptr ? Status::unsupported : parts_.sealing->erase(key);
}

files::KeyNumber FrameSealing::current() const {
  return parts_.sealing != nullptr && is_wanted_ ? parts_.sealing->current() : files::kNotSealed;
}

std::span<const std::byte> FrameSealing::seal(Place place, std::span<const std::byte> frame) {
  if (current() == files::kNotSealed) return frame;
  std::ranges::copy(frame, parts_.room.begin());
  const auto sealed = parts_.sealing->seal(parts_.room, frame.size(), sealed_place(place));
  HF_ASSERT(sealed.ok());
  return parts_.room.first(sealed.value());
}

Result<std::uint32_t> FrameSealing::open(files::KeyNumber key, Place place,
                                         std::span<const std::byte> sealed,
                                         std::span<std::byte> out) {
  std::span<const std::byte> frame = sealed;
  if (key != files::kNotSealed) {
    if (parts_.sealing == nullptr) return Status::not_found;
    if (sealed.size() > parts_.room.size()) return Status::corrupt;
    std::ranges::copy(sealed, parts_.room.begin());
    const auto room = parts_.room.first(sealed.size());
    const Result<std::uint32_t> opened = parts_.sealing->open(key, room, sealed_place(place));
    HF_TRY(opened);
    frame = room.first(opened.value());
  }
  if (frame.size() > out.size()) return Status::full;
  std::ranges::copy(frame, out.begin());
  return static_cast<std::uint32_t>(frame.size());
}

std::span<const std::byte> FrameSealing::seal_record(std::uint64_t number,
                                                     std::span<std::byte> record,
                                                     std::size_t bytes) {
  const files::KeyNumber key = current();
  store(record, key);
  if (key == files::kNotSealed) return record.first(kKeyBytes + bytes);
  const auto sealed = parts_.sealing->seal(record.subspan(kKeyBytes), bytes, sealed_place(number));
  HF_ASSERT(sealed.ok());
  return record.first(kKeyBytes + sealed.value());
}

Status FrameSealing::open_record(std::uint64_t number, std::span<const std::byte> record,
                                 std::span<std::byte> room, std::span<const std::byte>& content) {
  if (record.size() < kKeyBytes) return Status::corrupt;
  const files::KeyNumber key = load_u16(record);
  content = record.subspan(kKeyBytes);
  if (key == files::kNotSealed) return Status::ok;
  if (parts_.sealing == nullptr) return Status::not_found;
  if (content.size() > room.size()) return Status::corrupt;
  std::ranges::copy(content, room.begin());
  const auto opened = parts_.sealing->open(key, room.first(content.size()), sealed_place(number));
  HF_TRY(opened);
  content = room.first(opened.value());
  return Status::ok;
}

}  // namespace hf::stores::queue
