#include "tools/hub/storage/keeper.h"

#include <algorithm>

#include "tools/hub/storage/intervals.h"
#include "wire/frames/frame.h"

namespace hf::hub {
namespace {

constexpr int kAttemptsMax = 8;  // against other workers who want the same rows

constexpr std::int64_t number_of(wire::Lane lane) { return static_cast<std::int64_t>(lane); }

// Whether the record's positions will never come in any resolution (S4).
bool speaks_of_documents(const FrameArrival& arrival) {
  const wire::FrameKind kind = arrival.frame.header.kind;
  return kind == wire::FrameKind::state || kind == wire::FrameKind::alert ||
         kind == wire::FrameKind::sync;
}

bool is_full_of_holes(const Coverage& coverage, const Interval& rows, std::size_t runs_max) {
  if (coverage.runs().size() < runs_max || rows.first == 0) return false;
  // What continues a run makes none; so the oldest hole can always be filled from its beginning.
  return coverage.next_unheard(rows.first - 1) == rows.first - 1;
}

}  // namespace

Kept Keeper::keep(const Batch& batch, UtcTime now) {
  for (int attempt = 1;; ++attempt) {
    try {
      return keep_once(batch, now);
    } catch (const Conflict&) {
      if (attempt == kAttemptsMax) throw;
    }
  }
}

// Locks are taken in one order by all: lanes, boots, facts, gateways, mirrors, each by rising key.
Kept Keeper::keep_once(const Batch& batch, UtcTime now) {
  Kept kept;
  Lanes lanes = lanes_of(batch, now, kept);
  Boots boots;
  Transaction transaction(sql_);
  for (auto& [id, lane] : lanes) lock(id, lane);
  Said said;
  for (const FrameArrival& arrival : batch.frames) {
    if (!take(arrival, now, lanes, boots, kept) || !speaks_of_documents(arrival)) continue;
    said[gateways_.at(arrival.from)].push_back(&arrival.frame);
  }
  for (const auto& [id, lane] : lanes) save(id, lane);
  for (const auto& [name, boot] : boots) save(name, boot);
  save_facts(batch);
  std::ranges::sort(kept.touched, {}, &Touched::gateway_id);
  for (const Touched& each : kept.touched) {
    sql_.query("UPDATE gateway SET last_seen_ms = $1 WHERE gateway_id = $2",
               {now.ms, each.gateway_id});
  }
  for (const HealthArrival& health : batch.healths) save_health(health, now, kept);
  for (const ResultArrival& result : batch.results) save_command_result(result, now);
  for (const auto& [id, frames] : said) mirror_.take(id, frames, now, kept.mirrored);
  transaction.commit();
  return kept;
}

// Ids are given outside of the batch's transaction: an id nobody uses does no harm.
std::int64_t Keeper::gateway_id(const GatewayName& name, UtcTime now) {
  const auto known = gateways_.find(name);
  if (known != gateways_.end()) return known->second;
  const auto find = [&] {
    return sql_.query("SELECT gateway_id FROM gateway WHERE tenant = $1 AND name = $2",
                      {std::string_view{name.tenant}, std::string_view{name.gateway}});
  };
  Rows rows = find();
  if (rows.empty()) {
    const Rows count = sql_.query("SELECT count(*) FROM gateway");
    if (count.at(0).at(0).bits() >= limits_.gateways_max) return 0;
    sql_.query(
        "INSERT INTO gateway (tenant, name, first_seen_ms, last_seen_ms, receipt_every_ms,"
        " receipt_bytes) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (tenant, name) DO NOTHING",
        {std::string_view{name.tenant}, std::string_view{name.gateway}, now.ms, now.ms,
         std::int64_t{5'000}, std::int64_t{65'536}});
    rows = find();
  }
  return gateways_[name] = rows.at(0).at(0).number();
}

std::int64_t Keeper::lane_id(const LaneName& name) {
  const auto known = lane_ids_.find(name);
  if (known != lane_ids_.end()) return known->second;
  const auto find = [&] {
    return sql_.query(
        "SELECT lane_id FROM lane WHERE gateway_id = $1 AND stream = $2 AND lane = $3",
        {name.gateway_id, as_parameter(name.stream), number_of(name.lane)});
  };
  Rows rows = find();
  if (rows.empty()) {
    const Rows count =
        sql_.query("SELECT count(*) FROM lane WHERE gateway_id = $1", {name.gateway_id});
    if (count.at(0).at(0).bits() >= limits_.lanes_max) return 0;
    // Until the gateway says otherwise, the stream that is heard of last is the newest.
    sql_.query(
        "INSERT INTO lane (gateway_id, stream, lane, stream_order) VALUES ($1, $2, $3, coalesce("
        "(SELECT max(stream_order) FROM lane WHERE gateway_id = $1 AND stream = $2),"
        "(SELECT max(stream_order) + 1 FROM lane WHERE gateway_id = $1), 0))"
        " ON CONFLICT (gateway_id, stream, lane) DO NOTHING",
        {name.gateway_id, as_parameter(name.stream), number_of(name.lane)});
    rows = find();
  }
  return lane_ids_[name] = rows.at(0).at(0).number();
}

bool Keeper::add_lane(const LaneName& name, const Interval& rows, Lanes& lanes) {
  const std::int64_t id = lane_id(name);
  if (id == 0) return false;
  Lane& lane = lanes[id];
  lane.first_touched = std::min(lane.first_touched, rows.first);
  return true;
}

Keeper::Lanes Keeper::lanes_of(const Batch& batch, UtcTime now, Kept& kept) {
  Lanes lanes;
  std::map<std::int64_t, Touched> touched;
  const auto touch = [&](const GatewayName& name) -> Touched* {
    const std::int64_t id = gateway_id(name, now);
    if (id == 0) ++kept.unknown_gateways;
    if (id == 0) return nullptr;
    Touched& each = touched[id];
    each.gateway_id = id;
    each.name = name;
    return &each;
  };
  for (const FrameArrival& arrival : batch.frames) {
    Touched* const from = touch(arrival.from);
    if (from == nullptr) continue;
    from->bytes += arrival.frame.bytes.size();
    const wire::FrameHeader& header = arrival.frame.header;
    bool is_known = add_lane({from->gateway_id, header.stream, wire::lane_of(header.kind)},
                             arrival.frame.rows(), lanes);
    const wire::GapRecord& gap = arrival.frame.gap;
    if (header.kind == wire::FrameKind::gap && gap.stands_for_positions()) {
      is_known = add_lane({from->gateway_id, header.stream, gap.lane}, {gap.from, gap.to}, lanes) &&
                 is_known;
    }
    if (!is_known) ++kept.unknown_streams;
  }
  for (const ResultArrival& result : batch.results) touch(result.from);
  for (const HealthArrival& health : batch.healths) {
    Touched* const from = touch(health.from);
    if (from != nullptr) from->asks = from->asks || health.asks;
  }
  for (auto& [id, each] : touched) kept.touched.push_back(std::move(each));
  return lanes;
}

void Keeper::lock(std::int64_t lane_id, Lane& lane) {
  const Rows rows = sql_.query(
      "SELECT watermark FROM lane WHERE lane_id = $1" + std::string{sql_.row_lock()}, {lane_id});
  lane.watermark = rows.at(0).at(0).bits();
  const Position from = std::min(lane.watermark, lane.first_touched);
  // From the run before: what comes may join it.
  const Rows runs = sql_.query(
      "SELECT first_position, end_position, resolution, reason FROM run WHERE lane_id = $1 AND"
      " first_position >= coalesce((SELECT max(first_position) FROM run WHERE lane_id = $1 AND"
      " first_position < $2), 0) ORDER BY first_position",
      {lane_id, as_parameter(from)});
  lane.runs_before.clear();
  for (const Row& row : runs) lane.runs_before.push_back(run_of(row));
  lane.coverage = Coverage(lane.runs_before);
}

bool Keeper::take(const FrameArrival& arrival, UtcTime now, Lanes& lanes, Boots& boots,
                  Kept& kept) {
  const auto gateway = gateways_.find(arrival.from);
  if (gateway == gateways_.end()) return false;
  const CheckedFrame& frame = arrival.frame;
  const wire::FrameHeader& header = frame.header;
  const wire::Lane lane_name = wire::lane_of(header.kind);
  const std::int64_t id = lane_id({gateway->second, header.stream, lane_name});
  if (id == 0) return false;
  Coverage& coverage = lanes.at(id).coverage;
  if (is_full_of_holes(coverage, frame.rows(), limits_.runs_max)) {
    ++kept.fragmented;
    return false;
  }
  const auto counted = coverage.take({frame.rows(), frame.resolution()});
  if (counted.empty()) {
    ++kept.repeated;
  } else {
    const std::uint64_t readings = frame.readings_in(counted);
    insert(id, frame, counted, readings, now);
    ++kept.frames;
    kept.readings += readings;
    for (const Interval& rows : counted) kept.rows += rows.count();
  }
  if (header.kind == wire::FrameKind::gap) take_gap(arrival, gateway->second, lanes, kept);
  Boot& boot = boots[{gateway->second, header.boot.value}];
  boot.stream = header.stream;
  Position& first = boot.first[stores::queue::index_of(lane_name)];
  first = std::min(first, header.position);
  boot.last_heard = std::max(boot.last_heard, header.last);
  return !counted.empty();
}

void Keeper::take_gap(const FrameArrival& arrival, std::int64_t gateway_id, Lanes& lanes,
                      Kept& kept) {
  const wire::GapRecord& gap = arrival.frame.gap;
  if (!gap.stands_for_positions()) return;
  const std::int64_t id = lane_id({gateway_id, arrival.frame.header.stream, gap.lane});
  if (id == 0) return;
  const Run lost{
      {gap.from, gap.to}, wire::Resolution::nothing, static_cast<std::uint8_t>(gap.reason)};
  std::uint64_t& count = is_reserved(lost.reason) ? kept.rows_reserved : kept.rows_declared;
  for (const Interval& rows : lanes.at(id).coverage.take(lost)) count += rows.count();
}

void Keeper::insert(std::int64_t lane_id, const CheckedFrame& frame,
                    std::span<const Interval> counted, std::uint64_t readings, UtcTime now) {
  const wire::FrameHeader& header = frame.header;
  const bool is_whole = counted.size() == 1 && counted.front() == frame.rows();
  const std::vector<std::byte> some = is_whole ? std::vector<std::byte>{} : to_bytes(counted);
  sql_.query(
      "INSERT INTO frame (lane_id, position, row_count, kind, boot, roster, first_ms, last_ms,"
      " readings, received_ms, counted, body)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
      {lane_id, as_parameter(header.position), std::int64_t{header.row_count},
       static_cast<std::int64_t>(header.kind), as_parameter(header.boot.value),
       std::int64_t{header.roster}, header.first.ms, header.last.ms, as_parameter(readings), now.ms,
       is_whole ? Parameter{} : Parameter{Blob{some}}, Blob{frame.bytes}});
}

void Keeper::save(std::int64_t lane_id, const Lane& lane) {
  const auto& runs = lane.coverage.runs();
  for (const Run& before : lane.runs_before) {
    const auto same_place =
        std::ranges::find(runs, before.rows.first, [](const Run& run) { return run.rows.first; });
    if (same_place != runs.end()) continue;
    sql_.query("DELETE FROM run WHERE lane_id = $1 AND first_position = $2",
               {lane_id, as_parameter(before.rows.first)});
  }
  for (const Run& run : runs) {
    if (std::ranges::find(lane.runs_before, run) != lane.runs_before.end()) continue;
    sql_.query(
        "INSERT INTO run (lane_id, first_position, end_position, resolution, reason)"
        " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (lane_id, first_position) DO UPDATE SET"
        " end_position = excluded.end_position, resolution = excluded.resolution,"
        " reason = excluded.reason",
        {lane_id, as_parameter(run.rows.first), as_parameter(run.rows.end),
         static_cast<std::int64_t>(run.resolution), std::int64_t{run.reason}});
  }
  if (runs == lane.runs_before) return;
  sql_.query("UPDATE lane SET watermark = $1, through = $2 WHERE lane_id = $3",
             {as_parameter(lane.coverage.next_unheard(lane.watermark)),
              as_parameter(lane.coverage.through()), lane_id});
}

}  // namespace hf::hub
