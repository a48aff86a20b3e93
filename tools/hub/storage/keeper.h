// Keeps what arrived: each position of each stream once, for good, in one transaction a batch.
//
// A frame is kept as it came, byte for byte, with the intervals of its rows that count; nothing
// kept is changed later. Rows of a lane are decided on under a lock of that lane's row in the
// database, so any number of workers may keep for one gateway, and one that dies leaves nothing
// behind: what it had not committed, its gateway sends again.
//
//   S1  A position counts in one frame for each resolution, and what counts is the best of it.
//   S2  When keep() has returned, all of the batch is durable; when it threw, none of it is.
//   S3  Any order, any repetition and any division of arrivals among workers leave the same runs.
//   S4  Only a gap record that says `nothing` is there stands for its positions: where something
//       coarser is kept, that is still to come, and must not be called received.
//
// Cost: for each frame one insert; for each lane and batch a lock, a read of the runs from the
// watermark on, and an update. One thread; several keepers may share a database.
#pragma once

#include <array>
#include <map>
#include <set>

#include "tools/hub/coverage/coverage.h"
#include "tools/hub/mirror/mirror.h"
#include "tools/hub/storage/arrivals.h"
#include "tools/hub/storage/sql.h"

namespace hf::hub {

struct KeeperLimits {
  std::uint64_t gateways_max = 100'000;  // a broker that lets anybody publish must not fill a disk
  std::uint64_t lanes_max = 512;         // of one gateway: two for each queue file it ever had
  std::size_t runs_max = 4096;           // of one lane, behind its watermark
  MirrorLimits mirror{};
};

// Somebody who may want a receipt now.
struct Touched {
  std::int64_t gateway_id = 0;
  GatewayName name;
  std::uint64_t bytes = 0;  // of frames that came
  bool asks = false;
};

struct Kept {
  std::uint64_t frames = 0;
  std::uint64_t repeated = 0;  // frames of which everything was there
  std::uint64_t rows = 0;
  std::uint64_t readings = 0;
  std::uint64_t rows_declared = 0;  // as lost, by gap records
  std::uint64_t rows_reserved = 0;  // the same, left unused by cuts: is_reserved()
  std::uint64_t fragmented = 0;     // frames not kept, see KeeperLimits
  std::uint64_t unknown_gateways = 0;
  std::uint64_t unknown_streams = 0;
  std::vector<Touched> touched;
  std::vector<std::int64_t> broken_chains;  // gateways whose activity is not what it was
  Mirrored mirrored;                        // what frames said of documents
};

class Keeper {
 public:
  // `sql` must outlive it; its schema is there. `seed`: as Mirror's.
  Keeper(Sql& sql, std::uint64_t seed, const KeeperLimits& limits = {})
      : sql_(sql), limits_(limits), mirror_(sql, seed, limits.mirror) {}

  // Throws Failure: the batch is not kept and may be given again, after sql.reopen().
  Kept keep(const Batch& batch, UtcTime now);

  // Adds to the counts of refusals, which outlive a worker.
  void note_refusals(const std::map<std::string_view, std::uint64_t>& times, UtcTime now);

 private:
  struct LaneName {
    std::int64_t gateway_id = 0;
    std::uint64_t stream = 0;
    wire::Lane lane = wire::Lane::readings;
    friend auto operator<=>(const LaneName&, const LaneName&) = default;
  };
  struct Lane {
    Position watermark = 0;
    Position first_touched = stores::queue::kPositionEnd;
    std::vector<Run> runs_before;
    Coverage coverage;
  };
  struct Boot {
    std::uint64_t stream = 0;
    std::array<Position, stores::queue::kLaneCount> first{stores::queue::kPositionEnd,
                                                          stores::queue::kPositionEnd};
    Uptime last_heard;
  };
  using BootName = std::pair<std::int64_t, std::uint64_t>;  // of a gateway
  using Lanes = std::map<std::int64_t, Lane>;               // by id: the order of locking
  using Boots = std::map<BootName, Boot>;
  using Said = std::map<std::int64_t, std::vector<const CheckedFrame*>>;  // by gateway

  Kept keep_once(const Batch& batch, UtcTime now);
  std::int64_t gateway_id(const GatewayName& name, UtcTime now);
  std::int64_t lane_id(const LaneName& name);
  Lanes lanes_of(const Batch& batch, UtcTime now, Kept& kept);
  bool add_lane(const LaneName& name, const Interval& rows, Lanes& lanes);
  void lock(std::int64_t lane_id, Lane& lane);
  // True: something in it counts.
  bool take(const FrameArrival& arrival, UtcTime now, Lanes& lanes, Boots& boots, Kept& kept);
  void take_gap(const FrameArrival& arrival, std::int64_t gateway_id, Lanes& lanes, Kept& kept);
  void insert(std::int64_t lane_id, const CheckedFrame& frame, std::span<const Interval> counted,
              std::uint64_t readings, UtcTime now);
  void save(std::int64_t lane_id, const Lane& lane);
  void save(const BootName& name, const Boot& boot);
  void save_facts(const Batch& batch);
  void save_roster(std::int64_t gateway_id, const CheckedFrame& frame);
  void save_health(const HealthArrival& health, UtcTime now, Kept& kept);
  void order_streams(std::int64_t gateway_id, std::span<const std::uint64_t> streams);
  void end_streams(std::int64_t gateway_id, std::span<const std::uint64_t> streams);
  void save_command_result(const ResultArrival& result, UtcTime now);

  Sql& sql_;
  KeeperLimits limits_;
  Mirror mirror_;
  std::map<GatewayName, std::int64_t> gateways_;  // ids never change: safe to remember
  std::map<LaneName, std::int64_t> lane_ids_;
};

}  // namespace hf::hub
