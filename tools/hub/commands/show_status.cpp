#include <algorithm>
#include <array>
#include <iostream>

#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/commands/surroundings.h"
#include "tools/hub/proof/proof.h"
#include "tools/hub/storage/archive.h"
#include "tools/hub/storage/schema.h"
#include "wire/uplink/health.h"

namespace hf::hub {
namespace {

constexpr std::size_t kRunsShown = 20;  // the newest; all of them are in the table `run`

struct LaneView {
  KnownLane lane;
  std::vector<Run> runs;
  std::vector<Interval> holes;
};

struct GatewayView {
  KnownGateway known;
  std::vector<LaneView> lanes;
  stores::UtcSpan newest;  // of readings; quality unset: none, or nobody knows when
  bool has_health = false;
  std::string version;
  std::uint64_t rows_to_send = 0;
  std::uint64_t rows = 0;  // that are there
  std::optional<KnownChain> chain;
};

GatewayView view_of(Archive& archive, const KnownGateway& known) {
  GatewayView view;
  view.known = known;
  for (const KnownLane& lane : archive.lanes(known.id)) {
    LaneView each{lane, archive.runs(lane.id), {}};
    const Coverage coverage(each.runs);
    each.holes = coverage.holes(lane.watermark);
    for (const Run& run : each.runs) {
      const bool is_there = run.resolution != wire::Resolution::nothing;
      if (is_there && lane.lane == wire::Lane::readings) view.rows += run.rows.count();
    }
    view.lanes.push_back(std::move(each));
  }
  view.chain = archive.activity_chain(known.id);
  const GatewayClock clock(archive, known.id);
  const auto newest = archive.newest_reading(known.id);
  if (newest) view.newest = clock.place(newest->first, newest->second);
  std::array<std::byte, wire::kHealthMemoryBytes> memory;
  wire::HealthMessage health;
  view.has_health = !known.health.empty() && is_ok(wire::read_health(known.health, memory, health));
  if (view.has_health) {
    view.version = health.version;
    view.rows_to_send = health.rows_to_send;
  }
  return view;
}

std::string ago_text(Duration ago) {
  const std::int64_t s = ago.ms / 1000;
  if (s < 120) return std::to_string(s) + " s ago";
  if (s < 7200) return std::to_string(s / 60) + " min ago";
  if (s < 172'800) return std::to_string(s / 3600) + " h ago";
  return std::to_string(s / 86'400) + " days ago";
}

std::string span_text(const Run& run) {
  if (run.resolution != wire::Resolution::nothing)
    return std::string{resolution_text(run.resolution)};
  if (is_reserved(run.reason)) return "reserved before a cut, not used";
  return "lost: " + reason_text(run.reason);
}

void print(const KnownChain& chain) {
  std::cout << "  activity up to entry " << chain.last.number;
  if (chain.fault != ChainFault::none) {
    std::cout << "; AT " << iso_text(chain.fault_at) << " IT " << chain_text(chain);
  }
  std::cout << "\n";
}

void print(const GatewayView& view, UtcTime now) {
  const KnownGateway& known = view.known;
  std::cout << known.name.tenant << "/" << known.name.gateway
            << (known.is_online ? "  online" : "  offline") << ", heard "
            << ago_text(now - known.last_seen);
  if (view.has_health) {
    std::cout << ", version " << view.version << ", " << view.rows_to_send << " rows to come";
  }
  std::cout << "\n  newest reading ";
  if (view.newest.quality == TimeQuality::unset) {
    std::cout << "at a time nobody knows yet\n";
  } else {
    std::cout << iso_text(view.newest.likely) << " (clock " << quality_text(view.newest.quality)
              << "), " << ago_text(now - view.newest.likely) << "\n";
  }
  if (view.chain) print(*view.chain);
  for (const LaneView& each : view.lanes) {
    const bool is_readings = each.lane.lane == wire::Lane::readings;
    std::cout << "  stream " << hex_text(each.lane.stream)
              << (is_readings ? " readings" : " events  ") << (each.lane.is_ended ? " ended" : "")
              << "  all before " << each.lane.watermark << ", up to " << each.lane.through << ", "
              << each.holes.size() << (each.holes.size() == 1 ? " hole\n" : " holes\n");
    const std::size_t first = each.runs.size() > kRunsShown ? each.runs.size() - kRunsShown : 0;
    if (first > 0) std::cout << "    … " << first << " older spans\n";
    for (std::size_t i = first; i < each.runs.size(); ++i) {
      const Run& run = each.runs[i];
      std::cout << "    " << run.rows.first << " … " << run.rows.end << "  " << span_text(run)
                << "\n";
    }
  }
}

void write_lane(wire::JsonWriter& json, const LaneView& view) {
  json.open_object();
  json.member("stream", std::string_view{hex_text(view.lane.stream)});
  json.member("lane", view.lane.lane == wire::Lane::readings ? "readings" : "events");
  json.member("ended", view.lane.is_ended);
  json.member("watermark", view.lane.watermark);
  json.member("through", view.lane.through);
  json.open_array("holes");
  for (const Interval& hole : view.holes) {
    json.open_object();
    json.member("first", hole.first);
    json.member("end", hole.end);
    json.close_object();
  }
  json.close_array();
  json.open_array("spans");
  for (const Run& run : view.runs) {
    json.open_object();
    json.member("first", run.rows.first);
    json.member("end", run.rows.end);
    json.member("resolution", resolution_text(run.resolution));
    if (run.resolution == wire::Resolution::nothing) {
      json.member("reason", std::string_view{reason_text(run.reason)});
    }
    json.close_object();
  }
  json.close_array();
  json.close_object();
}

void write_chain(wire::JsonWriter& json, const KnownChain& chain) {
  constexpr std::array<std::string_view, 3> kFaults{"none", "went_back", "forked"};
  json.open_object("activity");
  json.member("number", chain.last.number);
  json.member("digest", std::string_view{chain.last.digest});
  json.member("fault", kFaults.at(static_cast<std::size_t>(chain.fault)));
  if (chain.fault != ChainFault::none) {
    json.member("fault_from", chain.fault_from);
    json.member("fault_to", chain.fault_to);
    json.member("fault_ms", chain.fault_at.ms);
  }
  json.close_object();
}

void write_gateway(wire::JsonWriter& json, const GatewayView& view, UtcTime now) {
  json.open_object();
  json.member("tenant", std::string_view{view.known.name.tenant});
  json.member("gateway", std::string_view{view.known.name.gateway});
  json.member("online", view.known.is_online);
  json.member("last_seen_ms", view.known.last_seen.ms);
  json.member("rows", view.rows);
  if (view.newest.quality == TimeQuality::unset) {
    json.member_null("newest_ms");
    json.member_null("lag_ms");
  } else {
    json.member("newest_ms", view.newest.likely.ms);
    json.member("lag_ms", (now - view.newest.likely).ms);
  }
  json.member("time_quality", quality_text(view.newest.quality));
  json.member("version", std::string_view{view.version});
  if (view.has_health) {
    json.member("rows_to_come", view.rows_to_send);
  } else {
    json.member_null("rows_to_come");
  }
  if (view.chain) write_chain(json, *view.chain);
  json.open_array("lanes");
  for (const LaneView& each : view.lanes) write_lane(json, each);
  json.close_array();
  json.close_object();
}

}  // namespace

int show_status(const Options& options) {
  const auto sql = open_sql(options.store, Opening::existing);
  prepare_schema(*sql);
  Archive archive(*sql);
  std::vector<GatewayView> views;
  for (const KnownGateway& each : archive.gateways(options.gateway)) {
    views.push_back(view_of(archive, each));
  }
  const auto refusals = archive.refusals();
  const UtcTime now = utc_now();
  if (options.json) {
    std::cout << json_text([&](wire::JsonWriter& json) {
      json.open_object();
      json.member("v", std::int64_t{1});
      json.open_array("gateways");
      for (const GatewayView& each : views) write_gateway(json, each, now);
      json.close_array();
      json.open_object("refused");
      for (const auto& [reason, times] : refusals) json.member(reason, times);
      json.close_object();
      json.close_object();
    });
    return kWell;
  }
  for (const GatewayView& each : views) print(each, now);
  if (views.empty()) std::cout << "no gateway has sent anything here yet\n";
  for (const auto& [reason, times] : refusals) {
    std::cout << "refused, " << reason << ": " << times << "\n";
  }
  return kWell;
}

}  // namespace hf::hub
