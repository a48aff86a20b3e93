#include "tools/hub/storage/archive.h"

#include <algorithm>

#include "tools/hub/storage/intervals.h"

namespace hf::hub {
namespace {

constexpr std::string_view kGatewayColumns =
    "SELECT gateway_id, tenant, name, first_seen_ms, last_seen_ms, is_online, health,"
    " receipt_every_ms, receipt_bytes FROM gateway";

KnownGateway gateway_of(const Row& row) {
  return {.id = row.at(0).number(),
          .name = {row.at(1).text(), row.at(2).text()},
          .first_seen = {row.at(3).number()},
          .last_seen = {row.at(4).number()},
          .is_online = row.at(5).number() != 0,
          .health = row.at(6).text(),
          .receipt_every = {row.at(7).number()},
          .receipt_bytes = row.at(8).bits()};
}

KnownFrame frame_of(const Row& row) {
  KnownFrame frame;
  frame.kind = static_cast<wire::FrameKind>(row.at(1).number());
  frame.rows = {row.at(2).bits(), row.at(2).bits() + row.at(3).bits()};
  frame.boot = BootId{row.at(4).bits()};
  frame.first = Uptime{row.at(5).number()};
  frame.last = Uptime{row.at(6).number()};
  frame.readings = row.at(7).bits();
  frame.counted = counted_of(row.at(8), frame.rows);
  frame.body = row.at(9).text();
  return frame;
}

}  // namespace

std::vector<KnownGateway> Archive::gateways(std::string_view name) {
  const Rows rows = sql_.query(
      std::string{kGatewayColumns} + " WHERE $1 = '' OR name = $1 ORDER BY tenant, name", {name});
  std::vector<KnownGateway> gateways;
  for (const Row& row : rows) gateways.push_back(gateway_of(row));
  return gateways;
}

std::optional<KnownGateway> Archive::gateway(std::int64_t id) {
  const Rows rows = sql_.query(std::string{kGatewayColumns} + " WHERE gateway_id = $1", {id});
  return rows.empty() ? std::nullopt : std::optional{gateway_of(rows.front())};
}

std::vector<KnownLane> Archive::lanes(std::int64_t gateway_id) {
  const Rows rows = sql_.query(
      "SELECT lane_id, stream, lane, is_ended, watermark, through FROM lane WHERE gateway_id = $1"
      " ORDER BY stream_order, stream, lane",
      {gateway_id});
  std::vector<KnownLane> lanes;
  for (const Row& row : rows) {
    lanes.push_back({.id = row.at(0).number(),
                     .stream = row.at(1).bits(),
                     .lane = static_cast<wire::Lane>(row.at(2).number()),
                     .is_ended = row.at(3).number() != 0,
                     .watermark = row.at(4).bits(),
                     .through = row.at(5).bits()});
  }
  return lanes;
}

std::vector<Run> Archive::runs(std::int64_t lane_id, Position from) {
  const Rows rows = sql_.query(
      "SELECT first_position, end_position, resolution, reason FROM run WHERE lane_id = $1 AND"
      " end_position >= $2 ORDER BY first_position",
      {lane_id, as_parameter(from)});
  std::vector<Run> runs;
  for (const Row& row : rows) runs.push_back(run_of(row));
  return runs;
}

std::vector<Run> Archive::let_go(std::int64_t lane_id) {
  const Rows rows = sql_.query(
      "SELECT first_position, end_position, resolution, CAST(0 AS BIGINT) FROM let_go"
      " WHERE lane_id = $1 ORDER BY first_position",
      {lane_id});
  std::vector<Run> runs;
  for (const Row& row : rows) runs.push_back(run_of(row));
  return runs;
}

Archive::Gone Archive::gone(std::int64_t gateway_id) {
  const Rows rows = sql_.query(
      "SELECT let_go_sum.frames, let_go_sum.readings, let_go_sum.newest_ms FROM let_go_sum"
      " JOIN lane ON lane.lane_id = let_go_sum.lane_id WHERE lane.gateway_id = $1",
      {gateway_id});
  Gone gone;
  for (const Row& row : rows) {
    gone.frames += row.at(0).bits();
    gone.readings += row.at(1).bits();
    gone.newest = std::max(gone.newest, UtcTime{row.at(2).number()});
  }
  return gone;
}

// In pages: a year of frames does not fit into memory.
void Archive::frames(std::int64_t lane_id, const std::optional<Within>& within,
                     const std::function<bool(const KnownFrame&)>& take) {
  const std::string columns =
      "SELECT frame_id, kind, position, row_count, boot, first_ms, last_ms, readings, counted, body"
      " FROM frame WHERE lane_id = $1 AND (position > $2 OR (position = $2 AND frame_id > $3))";
  const std::string order = " ORDER BY position, frame_id LIMIT 64";
  const std::string all = columns + order;
  std::string of_boot = columns;
  of_boot.append(" AND boot = $4 AND last_ms >= $5 AND first_ms <= $6").append(order);
  std::int64_t position = -1;
  std::int64_t id = 0;
  for (;;) {
    const Rows rows =
        within ? sql_.query(of_boot, {lane_id, position, id, as_parameter(within->boot.value),
                                      within->from.ms, within->to.ms})
               : sql_.query(all, {lane_id, position, id});
    if (rows.empty()) return;
    for (const Row& row : rows) {
      if (!take(frame_of(row))) return;
    }
    id = rows.back().at(0).number();
    position = rows.back().at(2).number();
  }
}

std::optional<std::pair<BootId, Uptime>> Archive::newest_reading(std::int64_t gateway_id) {
  const std::vector<KnownBoot> boots = ordered_boots(gateway_id);
  for (auto boot = boots.rbegin(); boot != boots.rend(); ++boot) {
    const Rows rows = sql_.query(
        "SELECT max(last_ms) FROM frame JOIN lane ON lane.lane_id = frame.lane_id"
        " WHERE frame.boot = $1 AND lane.gateway_id = $2 AND lane.lane = 0",
        {as_parameter(boot->boot.value), gateway_id});
    if (!rows.at(0).at(0).is_null()) {
      return std::pair{boot->boot, Uptime{rows.at(0).at(0).number()}};
    }
  }
  return {};
}

// Positions grow with time, so the boot whose first row is earlier was earlier; a boot that left
// events only stands behind the last one whose first event came before its own.
std::vector<Archive::KnownBoot> Archive::ordered_boots(std::int64_t gateway_id) {
  const Rows rows = sql_.query(
      "SELECT boot.boot, coalesce((SELECT max(stream_order) FROM lane WHERE"
      " lane.gateway_id = boot.gateway_id AND lane.stream = boot.stream), 0),"
      " first_row, first_event, last_heard_ms FROM boot WHERE gateway_id = $1",
      {gateway_id});
  std::vector<KnownBoot> placed;
  std::vector<KnownBoot> eventful;
  for (const Row& row : rows) {
    const KnownBoot boot{BootId{row.at(0).bits()}, row.at(1).number(), row.at(2).bits(),
                         row.at(3).bits(), Uptime{row.at(4).number()}};
    const bool has_rows = boot.first_row != stores::queue::kPositionEnd;
    (has_rows ? placed : eventful).push_back(boot);
  }
  std::ranges::sort(placed, {}, [](const KnownBoot& boot) {
    return std::pair{boot.stream_order, boot.first_row};
  });
  std::ranges::sort(eventful, {}, [](const KnownBoot& boot) {
    return std::pair{boot.stream_order, boot.first_event};
  });
  for (const KnownBoot& boot : eventful) {
    const auto is_earlier = [&](const KnownBoot& other) {
      return std::pair{other.stream_order, other.first_event} <
             std::pair{boot.stream_order, boot.first_event};
    };
    const auto before = std::find_if(placed.rbegin(), placed.rend(), is_earlier);
    placed.insert(before.base(), boot);
  }
  return placed;
}

std::vector<BootId> Archive::boots(std::int64_t gateway_id) {
  std::vector<BootId> boots;
  for (const KnownBoot& each : ordered_boots(gateway_id)) boots.push_back(each.boot);
  return boots;
}

stores::Anchors Archive::anchors(std::int64_t gateway_id,
                                 std::vector<stores::BootAnchors>& memory) {
  const std::vector<KnownBoot> boots = ordered_boots(gateway_id);
  memory.assign(std::max<std::size_t>(boots.size(), 2), {});
  stores::Anchors anchors(memory);
  for (const KnownBoot& each : boots) {
    anchors.begin_boot(each.boot);
    anchors.hear(each.boot, each.last_heard);
  }
  const Rows rows = sql_.query(
      "SELECT boot, uptime_ms, utc_ms, error_ms, quality FROM anchor WHERE gateway_id = $1"
      " ORDER BY boot, uptime_ms",
      {gateway_id});
  for (const Row& row : rows) {
    // A gateway may say anything; what cannot be helps nobody and is left out.
    static_cast<void>(
        is_ok(anchors.add({.boot = BootId{row.at(0).bits()},
                           .uptime = Uptime{row.at(1).number()},
                           .utc = UtcTime{row.at(2).number()},
                           .error = Duration{row.at(3).number()},
                           .quality = static_cast<TimeQuality>(row.at(4).number())})));
  }
  return anchors;
}

std::map<std::uint16_t, wire::RosterEntry> Archive::sensors(std::int64_t gateway_id,
                                                            std::uint32_t roster) {
  const Rows rows = sql_.query(
      "SELECT sensor, equipment, name, unit, decimals, scale, offset_by FROM sensor"
      " WHERE gateway_id = $1 AND roster = $2",
      {gateway_id, std::int64_t{roster}});
  std::map<std::uint16_t, wire::RosterEntry> sensors;
  for (const Row& row : rows) {
    wire::RosterEntry entry;
    const bool is_sound = is_ok(EquipmentId::parse(row.at(1).text(), entry.equipment)) &&
                          is_ok(SensorId::parse(row.at(2).text(), entry.sensor)) &&
                          is_ok(entry.unit.try_assign(row.at(3).text()));
    if (!is_sound) throw Failure("table sensor has a name that is none");
    entry.decimals = static_cast<std::int8_t>(row.at(4).number());
    entry.scale = row.at(5).real();
    entry.offset = row.at(6).real();
    sensors[static_cast<std::uint16_t>(row.at(0).number())] = entry;
  }
  return sensors;
}

std::map<std::string, std::uint64_t> Archive::refusals() {
  std::map<std::string, std::uint64_t> refusals;
  for (const Row& row : sql_.query("SELECT reason, times FROM refusal ORDER BY reason")) {
    refusals[row.at(0).text()] = row.at(1).bits();
  }
  return refusals;
}

UtcTime Archive::told(std::int64_t gateway_id) {
  const Rows rows =
      sql_.query("SELECT receipted_ms FROM gateway WHERE gateway_id = $1", {gateway_id});
  return rows.empty() ? UtcTime{} : UtcTime{rows.at(0).at(0).number()};
}

std::vector<std::int64_t> Archive::claim(std::span<const Claim> claims, UtcTime now) {
  std::vector<Claim> sorted{claims.begin(), claims.end()};
  std::ranges::sort(sorted, {}, &Claim::gateway_id);  // the order in which all workers take rows
  std::vector<std::int64_t> claimed;
  Transaction transaction(sql_);
  for (const Claim& each : sorted) {
    const Rows rows = sql_.query(
        "UPDATE gateway SET receipted_ms = $1 WHERE gateway_id = $2 AND"
        " ($3 = 1 OR receipted_ms = $4) RETURNING gateway_id",
        {now.ms, each.gateway_id, std::int64_t{each.is_unconditional}, each.told.ms});
    if (!rows.empty()) claimed.push_back(each.gateway_id);
  }
  transaction.commit();
  return claimed;
}

}  // namespace hf::hub
