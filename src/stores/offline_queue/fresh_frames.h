// Fresh frames: the newest ones in memory, in a ring, from when they are cut until others need the
// room.
//
// Frames lie byte for byte as they will be sent, each in one piece. A frame that is in the file
// stays as long as nobody needs its room: the uplink wants the newest frames small and at hand, and
// reading them back from flash would be the dear way.
//
// Cost: keep() copies the frame once; O(1). Memory is the caller's. Owned by the service loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "stores/offline_queue/position.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"
#include "wire/frames/frame.h"

namespace hf::stores::queue {

enum class Safety : std::uint8_t {
  unsafe,     // in memory only
  journaled,  // in the journal, and needed there
  filed,      // in the file: may go when its room is needed
};

struct FreshFrame {
  StreamOrdinal stream = 0;
  wire::FrameKind kind = wire::FrameKind::readings;
  Safety safety = Safety::unsafe;
  bool of_this_boot = true;  // else first and last are on a clock that is gone
  Interval rows{};
  Uptime first{};
  Uptime last{};
  std::uint32_t offset = 0;
  std::uint32_t bytes = 0;
};

class FreshFrames {
 public:
  // REQUIRES: both outlive this and are not empty.
  FreshFrames(std::span<std::byte> bytes, std::span<FreshFrame> frames)
      : bytes_(bytes), frames_(frames) {}

  // The bytes for a frame of this size, after filed frames made room for it; the frame is not there
  // before add(). Empty: there is no room.
  std::span<std::byte> make_room(std::size_t bytes);

  // Adds the frame whose bytes were put where make_room() said.
  // REQUIRES: it stands behind all others of its stream; nothing was called in between.
  void add(const FreshFrame& frame);

  void drop_oldest();  // REQUIRES: count() > 0
  void clear();
  void mark_filed(std::uint32_t index);
  void mark_all_filed();

  std::uint32_t count() const { return count_; }
  // How many went before the oldest: with it the index makes a number that a frame keeps.
  std::uint64_t first_number() const { return gone_count_; }
  std::size_t bytes_used() const { return bytes_used_; }
  // Whether what is not filed takes that much of the bytes, or of the frames, that there may be.
  // The rest of bytes_used() goes when its room is needed.
  bool is_filled_to(std::uint32_t parts, std::uint32_t of) const {
    return bytes_not_filed_ >= bytes_.size() / of * parts ||
           count_not_filed_ >= frames_.size() / of * parts;
  }
  std::size_t bytes_total() const { return bytes_.size(); }

  // 0 is the oldest. REQUIRES: index < count().
  FreshFrame& operator[](std::uint32_t index) { return frames_[slot(index)]; }
  const FreshFrame& operator[](std::uint32_t index) const { return frames_[slot(index)]; }
  std::span<const std::byte> bytes_of(const FreshFrame& frame) const {
    return bytes_.subspan(frame.offset, frame.bytes);
  }

  // The first frame of `stream` that ends behind `position`; count(): none. O(log count).
  std::uint32_t find(StreamOrdinal stream, Position position) const;

 private:
  std::size_t slot(std::uint32_t index) const {
    HF_ASSERT(index < count_);
    return (first_ + index) % frames_.size();
  }
  bool fits(std::size_t bytes, std::uint32_t& offset) const;

  std::span<std::byte> bytes_;
  std::span<FreshFrame> frames_;
  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
  std::uint64_t gone_count_ = 0;
  std::size_t bytes_used_ = 0;
  std::size_t bytes_not_filed_ = 0;
  std::uint32_t count_not_filed_ = 0;
  std::uint32_t room_at_ = 0;  // what make_room() answered last
};

}  // namespace hf::stores::queue
