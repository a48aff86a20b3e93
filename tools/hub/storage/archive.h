// What a store has, for those who ask: the receipts, and the commands that show, prove and export.
//
// Reads only what is committed. Nothing here changes what is kept; the one thing written is when a
// gateway was last told, so that of several workers one tells it.
//
// Everything may throw a Failure. One thread.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stores/anchors/anchors.h"
#include "tools/hub/coverage/coverage.h"
#include "tools/hub/storage/activity_chain.h"
#include "tools/hub/storage/arrivals.h"
#include "tools/hub/storage/sql.h"

namespace hf::hub {

struct KnownGateway {
  std::int64_t id = 0;
  GatewayName name;
  UtcTime first_seen;
  UtcTime last_seen;
  bool is_online = false;
  std::string health;  // the last whole message, or empty
  Duration receipt_every;
  std::uint64_t receipt_bytes = 0;
};

struct KnownLane {
  std::int64_t id = 0;
  std::uint64_t stream = 0;
  wire::Lane lane = wire::Lane::readings;
  bool is_ended = false;
  Position watermark = 0;
  Position through = 0;
};

struct KnownFrame {
  wire::FrameKind kind = wire::FrameKind::readings;
  Interval rows;
  BootId boot;
  Uptime first;
  Uptime last;
  std::uint64_t readings = 0;     // in the rows that count
  std::vector<Interval> counted;  // of its rows
  std::string body;
};

class Archive {
 public:
  // `sql` must outlive it.
  explicit Archive(Sql& sql) : sql_(sql) {}

  // All, or those of that name in any tenant; by tenant and name.
  std::optional<KnownChain> activity_chain(std::int64_t gateway_id) {
    return ActivityChain(sql_).find(gateway_id);
  }
  std::vector<KnownGateway> gateways(std::string_view name = {});
  std::optional<KnownGateway> gateway(std::int64_t id);

  // Oldest stream first, and of each stream the readings first.
  std::vector<KnownLane> lanes(std::int64_t gateway_id);

  // The runs that end at `from` or behind it.
  std::vector<Run> runs(std::int64_t lane_id, Position from = 0);

  // What retention let go, as runs() has what is known; and how much of a gateway that was.
  std::vector<Run> let_go(std::int64_t lane_id);
  struct Gone {
    std::uint64_t frames = 0;
    std::uint64_t readings = 0;
    UtcTime newest;  // when the youngest of them had come
  };
  Gone gone(std::int64_t gateway_id);

  // Frames by position; the older one first where two have the same. `take` says whether to go on.
  // `boot` given: only frames of it that reach into its uptimes [from, to].
  struct Within {
    BootId boot;
    Uptime from;
    Uptime to;
  };
  void frames(std::int64_t lane_id, const std::optional<Within>& within,
              const std::function<bool(const KnownFrame&)>& take);

  // The uptime of the newest row of readings, in the newest boot that has any.
  std::optional<std::pair<BootId, Uptime>> newest_reading(std::int64_t gateway_id);

  // Everything known of this gateway's clock, its boots in their order. `memory` must outlive it.
  stores::Anchors anchors(std::int64_t gateway_id, std::vector<stores::BootAnchors>& memory);
  std::vector<BootId> boots(std::int64_t gateway_id);

  // By index.
  std::map<std::uint16_t, wire::RosterEntry> sensors(std::int64_t gateway_id, std::uint32_t roster);

  std::map<std::string, std::uint64_t> refusals();

  // When any worker told it last.
  UtcTime told(std::int64_t gateway_id);

  // The right to tell a gateway: given to one worker, if nobody told it since `told`.
  struct Claim {
    std::int64_t gateway_id = 0;
    UtcTime told;
    bool is_unconditional = false;
  };
  // The gateways whose claim was granted; they count as told `now`.
  std::vector<std::int64_t> claim(std::span<const Claim> claims, UtcTime now);

 private:
  struct KnownBoot {
    BootId boot;
    std::int64_t stream_order = 0;
    Position first_row = 0;
    Position first_event = 0;
    Uptime last_heard;
  };
  std::vector<KnownBoot> ordered_boots(std::int64_t gateway_id);

  Sql& sql_;
};

}  // namespace hf::hub
