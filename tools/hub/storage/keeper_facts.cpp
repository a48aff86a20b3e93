// The part of the keeper that notes what gateways say of themselves: boots, anchors, sensors,
// health.
#include <algorithm>

#include "tools/hub/storage/intervals.h"
#include "tools/hub/storage/keeper.h"

namespace hf::hub {
namespace {

std::string_view as_view(std::string_view text) { return text; }

}  // namespace

void Keeper::save(const BootName& name, const Boot& boot) {
  sql_.query(
      "INSERT INTO boot (gateway_id, boot, stream, first_row, first_event, last_heard_ms)"
      " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (gateway_id, boot) DO UPDATE SET"
      " first_row = CASE WHEN excluded.first_row < boot.first_row"
      " THEN excluded.first_row ELSE boot.first_row END,"
      " first_event = CASE WHEN excluded.first_event < boot.first_event"
      " THEN excluded.first_event ELSE boot.first_event END,"
      " last_heard_ms = CASE WHEN excluded.last_heard_ms > boot.last_heard_ms"
      " THEN excluded.last_heard_ms ELSE boot.last_heard_ms END",
      {name.first, as_parameter(name.second), as_parameter(boot.stream),
       as_parameter(boot.first[0]), as_parameter(boot.first[1]), boot.last_heard.ms});
}

// By rising key, whatever the order in the batch: two workers may note the same.
void Keeper::save_facts(const Batch& batch) {
  std::map<std::tuple<std::int64_t, std::uint64_t, std::int64_t>, UtcReading> anchors;
  std::map<std::pair<std::int64_t, std::uint32_t>, std::vector<const CheckedFrame*>> rosters;
  for (const FrameArrival& arrival : batch.frames) {
    const auto gateway = gateways_.find(arrival.from);
    if (gateway == gateways_.end()) continue;
    const CheckedFrame& frame = arrival.frame;
    const wire::FrameHeader& header = frame.header;
    if (header.kind == wire::FrameKind::anchor) {
      anchors[{gateway->second, header.boot.value, header.first.ms}] = frame.utc;
    } else if (header.kind == wire::FrameKind::roster) {
      rosters[{gateway->second, header.roster}].push_back(&frame);
    }
  }
  for (const auto& [at, utc] : anchors) {
    sql_.query(
        "INSERT INTO anchor (gateway_id, boot, uptime_ms, utc_ms, error_ms, quality)"
        " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (gateway_id, boot, uptime_ms) DO UPDATE SET"
        " utc_ms = excluded.utc_ms, error_ms = excluded.error_ms, quality = excluded.quality",
        {std::get<0>(at), as_parameter(std::get<1>(at)), std::get<2>(at), utc.at.ms, utc.error.ms,
         static_cast<std::int64_t>(utc.quality)});
  }
  for (const auto& [name, frames] : rosters) {
    for (const CheckedFrame* frame : frames) save_roster(name.first, *frame);
  }
}

void Keeper::save_roster(std::int64_t gateway_id, const CheckedFrame& frame) {
  for (const RosterLine& line : frame.roster) {
    const wire::RosterEntry& entry = line.entry;
    sql_.query(
        "INSERT INTO sensor (gateway_id, roster, sensor, equipment, name, unit, decimals, scale,"
        " offset_by) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
        " ON CONFLICT (gateway_id, roster, sensor) DO UPDATE SET equipment = excluded.equipment,"
        " name = excluded.name, unit = excluded.unit, decimals = excluded.decimals,"
        " scale = excluded.scale, offset_by = excluded.offset_by",
        {gateway_id, std::int64_t{frame.header.roster}, std::int64_t{line.sensor.value},
         as_view(entry.equipment.text()), as_view(entry.sensor.text()), as_view(entry.unit.view()),
         std::int64_t{entry.decimals}, entry.scale, entry.offset});
  }
}

void Keeper::save_health(const HealthArrival& health, UtcTime now, Kept& kept) {
  const auto gateway = gateways_.find(health.from);
  if (gateway == gateways_.end()) return;
  const std::int64_t id = gateway->second;
  if (!health.is_whole) {
    sql_.query("UPDATE gateway SET is_online = 0 WHERE gateway_id = $1", {id});
    return;
  }
  sql_.query(
      "UPDATE gateway SET is_online = $1, health = $2, receipt_every_ms = $3, receipt_bytes = $4,"
      " last_seen_ms = $5 WHERE gateway_id = $6",
      {std::int64_t{health.is_online}, as_view(health.text), health.receipt_every_ms,
       health.receipt_bytes, now.ms, id});
  // The row of the gateway is ours until the commit, so nobody else hears of it meanwhile.
  if (health.chain && ActivityChain(sql_).hear(id, *health.chain, now) != ChainFault::none) {
    kept.broken_chains.push_back(id);
  }
  if (health.streams.empty()) return;
  order_streams(id, health.streams);
  end_streams(id, health.streams);
}

// Streams are said oldest first, and backlog comes after live: a stream may be heard of before one
// that is older. Orders are numbers of any sign: the newest has the highest, and each of the others
// one below its successor's unless it is below that already.
void Keeper::order_streams(std::int64_t gateway_id, std::span<const std::uint64_t> streams) {
  const Rows rows =
      sql_.query("SELECT stream, max(stream_order) FROM lane WHERE gateway_id = $1 GROUP BY stream",
                 {gateway_id});
  std::map<std::uint64_t, std::int64_t> orders;
  for (const Row& row : rows) orders[row.at(0).bits()] = row.at(1).number();
  std::int64_t least = INT64_MIN;  // that the newest may have
  for (const auto& [stream, order] : orders) {
    if (stream != streams.back()) least = std::max(least, order + 1);
  }
  std::int64_t most = INT64_MAX;
  for (auto each = streams.rbegin(); each != streams.rend(); ++each) {
    const auto known = orders.find(*each);
    if (known == orders.end()) continue;
    const std::int64_t order = std::min(std::max(known->second, least), most);
    if (order != known->second) {
      sql_.query("UPDATE lane SET stream_order = $1 WHERE gateway_id = $2 AND stream = $3",
                 {order, gateway_id, as_parameter(*each)});
    }
    least = INT64_MIN;
    most = order - 1;
  }
}

// A stream that is not named any more was in the memory of a process that is gone: what is missing
// in it below the newest that came will not come.
void Keeper::end_streams(std::int64_t gateway_id, std::span<const std::uint64_t> streams) {
  const Rows lanes = sql_.query(
      "SELECT lane_id, stream, is_ended, watermark, through FROM lane WHERE gateway_id = $1"
      " ORDER BY lane_id" +
          std::string{sql_.row_lock()},
      {gateway_id});
  for (const Row& row : lanes) {
    const std::int64_t id = row.at(0).number();
    const bool goes_on = std::ranges::find(streams, row.at(1).bits()) != streams.end();
    const bool has_ended = row.at(2).number() != 0;
    const bool has_holes = row.at(3).number() < row.at(4).number();
    if (goes_on && has_ended) {
      sql_.query("UPDATE lane SET is_ended = 0 WHERE lane_id = $1", {id});
    }
    if (goes_on || (has_ended && !has_holes)) continue;
    Lane lane;
    lock(id, lane);
    for (const Interval& hole : lane.coverage.holes(lane.watermark)) {
      lane.coverage.take({hole, wire::Resolution::nothing, kStreamEnded});
    }
    save(id, lane);
    sql_.query("UPDATE lane SET is_ended = 1 WHERE lane_id = $1", {id});
  }
}

// A result that comes again is the same one; the first stays. Of a command nobody here has asked
// for (another hub did, or an older store) it is kept as well.
void Keeper::save_command_result(const ResultArrival& result, UtcTime now) {
  const auto gateway = gateways_.find(result.from);
  if (gateway == gateways_.end()) return;
  sql_.query(
      "INSERT INTO command (gateway_id, name, result, result_ms) VALUES ($1, $2, $3, $4)"
      " ON CONFLICT (gateway_id, name) DO UPDATE SET result = excluded.result,"
      " result_ms = excluded.result_ms WHERE command.result IS NULL",
      {gateway->second, as_view(result.id), as_view(result.text), now.ms});
}

void Keeper::note_refusals(const std::map<std::string_view, std::uint64_t>& times, UtcTime now) {
  Transaction transaction(sql_);
  for (const auto& [reason, count] : times) {
    sql_.query(
        "INSERT INTO refusal (reason, times, last_ms) VALUES ($1, $2, $3) ON CONFLICT (reason)"
        " DO UPDATE SET times = refusal.times + excluded.times, last_ms = excluded.last_ms",
        {reason, as_parameter(count), now.ms});
  }
  transaction.commit();
}

}  // namespace hf::hub
