// Parcels: what is due, in the size that suits the link. A frame as it is, a part of one that is
// too large, or several small neighbours as one.
//
// Frames have the size that flash wants; positions belong to rows, so they may be cut and joined on
// the way without anybody upstream noticing [docs/decisions/0012]. Cutting and joining costs
// reading and writing the values once, some 100 instructions each.
//
// What a parcel contains is marked as in flight; who does not send it after all gives it back by
// OfflineQueue::resend(). Memory: room for two frames, of the caller's.
#pragma once

#include <cstdint>
#include <span>

#include "stores/offline_queue/offline_queue.h"

namespace hf::flows::uplink {

// Who knows the insides of frames; the gateway answers with wire::ReadingsMerger.
class FrameCutting {
 public:
  // The rows [from_row, to_row) of `frame` as a frame of its own, in `out`.
  // full: larger than `out`.  invalid, corrupt: it cannot be cut.
  virtual Result<std::uint32_t> cut(std::span<const std::byte> frame, std::uint32_t from_row,
                                    std::uint32_t to_row, std::span<std::byte> out) = 0;

  // Where a part from `from_row` on ends that should end at `to_row`: the nearest place before it
  // where this frame may be cut, or else the first one behind.
  virtual std::uint32_t part_end(std::span<const std::byte> frame, std::uint32_t from_row,
                                 std::uint32_t to_row) = 0;

 protected:
  ~FrameCutting() = default;
};

struct ParcelMemory {
  std::span<std::byte> gathered;  // one frame of the largest size, or several small ones
  std::span<std::byte> made;      // one that was cut or joined
};

struct Parcel {
  stores::Offer offer;     // what it is; `bytes` are those to be sent
  bool is_joined = false;  // of several frames: `offer.frame_rows` are all of theirs
  bool is_cut = false;
  bool can_be_cut = false;         // further
  std::uint64_t stored_bytes = 0;  // of its rows, where they lie
  wire::FrameHeader header;
};

struct ParcelWish {
  stores::Choice choice = stores::Choice::events;
  std::size_t bytes_most = SIZE_MAX;  // a larger frame is cut, if it can be
  std::size_t bytes_gathered = 0;     // frames are joined up to this; 0: none are
  Uptime taken_until{INT64_MAX};  // what was taken later, in this boot, is left for another time
  BootId boot;
};

class Parcels {
 public:
  Parcels(stores::OfflineQueue& queue, stores::queue::FrameShaping& shaping, FrameCutting& cutting,
          const ParcelMemory& memory)
      : queue_(queue), shaping_(shaping), cutting_(cutting), memory_(memory) {}

  // ok: `parcel` is marked as in flight; its bytes are valid until the next call here or to the
  // queue.  not_found: nothing is due.  full: too many runs are in flight.  unavailable, busy: the
  // file cannot be read now.
  Status next(const ParcelWish& wish, Uptime now, Parcel& parcel);

  // Room for something made of the parcel, beside its bytes.
  std::span<std::byte> spare(const Parcel& parcel) const;
  std::size_t room() const { return memory_.made.size(); }

 private:
  static constexpr std::size_t kPiecesMax = limits::kBoard.frames_merged_max;
  struct Piece {
    std::span<const std::byte> bytes;
    stores::Offer offer;
  };

  Status peek(const ParcelWish& wish, Uptime now, std::span<std::byte> out, Parcel& parcel);
  void cut(std::size_t bytes_most, Parcel& parcel);
  void gather(const ParcelWish& wish, Uptime now, Parcel& parcel);
  bool take_piece(const ParcelWish& wish, Uptime now, std::size_t used, Piece& piece);
  void join(std::size_t count, Parcel& parcel);

  stores::OfflineQueue& queue_;
  stores::queue::FrameShaping& shaping_;
  FrameCutting& cutting_;
  ParcelMemory memory_;
  std::array<Piece, kPiecesMax> pieces_;
  std::array<std::span<const std::byte>, kPiecesMax> frames_;
};

}  // namespace hf::flows::uplink
