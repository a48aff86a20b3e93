#include "stores/offline_queue/fresh_frames.h"

namespace hf::stores::queue {

// Frames lie in order from the oldest to the newest, once around the end at most; a frame that does
// not fit before the end begins at the front again.
bool FreshFrames::fits(std::size_t bytes, std::uint32_t& offset) const {
  if (count_ == 0) {
    offset = 0;
    return bytes <= bytes_.size();
  }
  if (count_ == frames_.size()) return false;
  const FreshFrame& newest = (*this)[count_ - 1];
  const std::size_t begin = (*this)[0].offset;
  const std::size_t end = newest.offset + newest.bytes;
  const bool wrapped = newest.offset < begin;
  offset = static_cast<std::uint32_t>(end);
  if (wrapped) return bytes <= begin - end;
  if (bytes <= bytes_.size() - end) return true;
  offset = 0;
  return bytes <= begin;
}

std::span<std::byte> FreshFrames::make_room(std::size_t bytes) {
  while (!fits(bytes, room_at_)) {
    if (count_ == 0 || (*this)[0].safety != Safety::filed) return {};
    drop_oldest();
  }
  return bytes_.subspan(room_at_, bytes);
}

void FreshFrames::add(const FreshFrame& frame) {
  HF_ASSERT(count_ < frames_.size());
  ++count_;
  FreshFrame& added = (*this)[count_ - 1];
  added = frame;
  added.offset = room_at_;
  bytes_used_ += frame.bytes;
  if (frame.safety == Safety::filed) return;
  bytes_not_filed_ += frame.bytes;
  ++count_not_filed_;
}

void FreshFrames::drop_oldest() {
  const FreshFrame& oldest = (*this)[0];
  ++gone_count_;
  bytes_used_ -= oldest.bytes;
  if (oldest.safety != Safety::filed) {
    bytes_not_filed_ -= oldest.bytes;
    --count_not_filed_;
  }
  first_ = static_cast<std::uint32_t>((first_ + 1) % frames_.size());
  --count_;
}

void FreshFrames::clear() {
  gone_count_ += count_;
  count_ = 0;
  bytes_used_ = 0;
  bytes_not_filed_ = 0;
  count_not_filed_ = 0;
}

void FreshFrames::mark_filed(std::uint32_t index) {
  FreshFrame& frame = (*this)[index];
  if (frame.safety == Safety::filed) return;
  frame.safety = Safety::filed;
  bytes_not_filed_ -= frame.bytes;
  --count_not_filed_;
}

void FreshFrames::mark_all_filed() {
  for (std::uint32_t index = 0; index < count_; ++index) mark_filed(index);
}

std::uint32_t FreshFrames::find(StreamOrdinal stream, Position position) const {
  std::uint32_t low = 0;
  std::uint32_t high = count_;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    const FreshFrame& frame = (*this)[middle];
    const bool is_before =
        frame.stream < stream || (frame.stream == stream && frame.rows.end <= position);
    (is_before ? low : high) = is_before ? middle + 1 : middle;
  }
  return low < count_ && (*this)[low].stream == stream ? low : count_;
}

}  // namespace hf::stores::queue
