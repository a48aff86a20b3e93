// Upkeep: what the file needs done when there is time, one small commit at a call. For this room
// only.
//
//   prune    what upstream has and is older than the history goes
//   relieve  near the quota something must go: first what upstream has; then files set aside, of
//            which all that can be read is here; then the oldest readings lose resolution, to 10 s
//            and then to 1 min; then the oldest envelopes go; events last. Each loss is in the
//            commit of its gap record.
//   compact  neighbouring small frames become one large one, which takes less room and less to send
//   retire   a stream of which nothing is left to send is forgotten
//
// Cost: a step touches at most kFramesAtOnce frames, and finds them by descents of the tree.
#pragma once

#include "stores/offline_queue/filing.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Upkeep {
 public:
  Upkeep(QueueState& queue, Uptime now) : queue_(queue), now_(now) {}

  // Prunes a bounded number within a commit that is made anyhow, so it costs no flash of its own.
  Status prune(Filing& filing);

  // All: ok: a step was made, and there may be more.  not_found: nothing to do.  Else the medium,
  // as Filing.
  Status relieve();
  Status compact();
  Status retire();

  // Relieves until so many bytes fit. ok: they do.  full: nothing is left to go.
  Status make_room(std::uint64_t bytes);

  // How much more may come before something must go.
  Result<std::uint64_t> bytes_until_relief();

  // Whether the file is so full that something must go. The medium's Status when that is unknown.
  Result<bool> is_near_quota();

 private:
  static constexpr std::uint32_t kFramesAtOnce = 16;

  struct Rows {
    std::array<FiledFrame, kFramesAtOnce> frames;
    std::uint32_t count = 0;
    std::size_t bytes = 0;

    const FiledFrame& front() const { return frames[0]; }
    const FiledFrame& back() const { return frames[count - 1]; }
    Interval rows() const { return {front().rows().first, back().rows().end}; }
  };

  Status find_received(Lane lane, FiledFrame& frame);
  Status find_oldest_of(Tier tier, FiledFrame& frame);
  bool is_received(const FiledFrame& frame);
  Status erase_received(Filing& filing, Lane lane, std::int64_t kept_before_ms);
  struct Room {
    std::uint64_t left = 0;            // of the quota
    std::uint64_t left_on_medium = 0;  // which may be smaller than the quota, or filled by others
    std::uint64_t part = 0;            // of what may be used, for sharing it among tiers
  };
  Status look_for_room(Room& room);
  Status drop_received();
  Status give_up_aside();
  Status gather(const FiledFrame& first, std::size_t bytes_each_max, Rows& rows);
  Status read(const Rows& rows);
  Status replace(const Rows& rows, std::uint32_t skipped, wire::FrameKind kind,
                 std::span<const std::byte> bytes, Filing& filing);
  std::uint32_t front_received(const Rows& rows);
  Result<std::uint32_t> condense(Rows& rows, std::uint32_t skipped, wire::FrameKind kind);
  Status condense_oldest(Tier from);
  Status drop_oldest(Tier tier);
  Status declare(Filing& filing, const Rows& rows, wire::GapReason reason, wire::Resolution kept);
  bool has_nothing_left(const StreamState& stream);

  QueueState& queue_;
  Uptime now_;
};

}  // namespace hf::stores::queue
