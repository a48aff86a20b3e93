// What the queue puts on flash goes through here: rows of the file and records of the journal, each
// sealed (files/sealing) under the newest key there is. For this room only.
//
// A row is bound to its place: lane, ordinal of the stream, position. Whoever has a row and the key
// can open it, whatever became of the rest of the file; what the frame inside says of its stream is
// compared by whoever reads it. A record of the journal is bound to its number there.
//
// A key that cannot be had now keeps the whole queue in memory: what is under it must not be taken
// for lost. A key that is gone for good (erased, or damaged) takes its frames along.
//
// Without the parts nothing is sealed, and what is sealed cannot be opened.
#pragma once

#include <cstdint>
#include <span>

#include "files/sealing/sealing.h"
#include "hal/entropy.h"
#include "stores/offline_queue/position.h"

namespace hf::stores {

// What sealing takes. All of it outlives the queue.
struct SealingParts {
  files::Sealing* sealing = nullptr;
  hal::Entropy* entropy = nullptr;
  std::span<std::byte> room{};  // one frame of the largest size, and its seal
};

namespace queue {

class FrameSealing {
 public:
  explicit FrameSealing(const SealingParts& parts) : parts_(parts) {}

  // Finds the key that new frames are under, or makes the first one. ok: also when none can be made
  // yet: then new frames are not sealed.  unavailable: the key store does not answer.
  Status start(files::KeyNumber newest_seen, bool is_wanted);

  // Whether new frames are sealed from here on.
  void want(bool is_wanted) { is_wanted_ = is_wanted; }

  // Tries again to make the first key, or makes the next one. ok: current() has changed.  busy,
  // full, unavailable: as files::Sealing.  unsupported: nothing is sealed here.
  Status rotate();

  // Whatever is under that key is gone for good. Outcomes of files::Sealing::erase().
  Status erase(files::KeyNumber key);

  // kNotSealed: frames go to flash as they are.
  files::KeyNumber current() const;

  // How large a frame may be at most.
  std::size_t frame_bytes_max() const {
    return parts_.sealing == nullptr ? SIZE_MAX : parts_.room.size() - files::Sealing::kSealBytes;
  }

  // The frame as it goes to flash, under current(): itself, or sealed, in the room until the next
  // call. REQUIRES: it fits, and does not lie in the room.
  std::span<const std::byte> seal(Place place, std::span<const std::byte> frame);

  // The length of the frame in `out`.  corrupt: not what was sealed at that place.  not_found: its
  // key is gone.  full: `out` is too small.  unavailable: the key store does not answer.
  Result<std::uint32_t> open(files::KeyNumber key, Place place, std::span<const std::byte> sealed,
                             std::span<std::byte> out);

  // A record of the journal is sealed as one, where it stands: the number of its key in front, the
  // seal behind. `record` has so many bytes more than what is to be sealed; answers those in use.
  static constexpr std::size_t kKeyBytes = 2;
  static constexpr std::size_t kRecordBytes = kKeyBytes + files::Sealing::kSealBytes;
  std::span<const std::byte> seal_record(std::uint64_t number, std::span<std::byte> record,
                                         std::size_t bytes);

  // ok: `content` is what was sealed, in `room` or in `record`. Outcomes of open().
  Status open_record(std::uint64_t number, std::span<const std::byte> record,
                     std::span<std::byte> room, std::span<const std::byte>& content);

 private:
  SealingParts parts_;
  bool is_wanted_ = false;
  bool can_seal_ = true;  // this processor
};

}  // namespace queue
}  // namespace hf::stores
