#include <algorithm>
#include <iostream>
#include <map>

#include "tools/hub/commands/commands.h"
#include "tools/hub/storage/schema.h"
#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

// Sensors of a gateway by roster, looked up once.
class Names {
 public:
  Names(Archive& archive, std::int64_t gateway_id) : archive_(archive), gateway_id_(gateway_id) {}

  const wire::RosterEntry* find(std::uint32_t roster, SensorIndex sensor) {
    auto known = rosters_.find(roster);
    if (known == rosters_.end()) {
      known = rosters_.emplace(roster, archive_.sensors(gateway_id_, roster)).first;
    }
    const auto entry = known->second.find(sensor.value);
    return entry == known->second.end() ? nullptr : &entry->second;
  }

 private:
  Archive& archive_;
  std::int64_t gateway_id_;
  std::map<std::uint32_t, std::map<std::uint16_t, wire::RosterEntry>> rosters_;
};

wire::Resolution resolution_of(wire::FrameKind kind) {
  CheckedFrame frame;
  frame.header.kind = kind;
  return frame.resolution();
}

// The rows of a frame that nothing better is known of.
std::vector<Interval> best_of(const KnownFrame& frame, const std::vector<Run>& runs) {
  const wire::Resolution resolution = resolution_of(frame.kind);
  std::vector<Interval> best;
  for (const Interval& counted : frame.counted) {
    const auto from = std::ranges::partition_point(
        runs, [&](const Run& run) { return run.rows.end <= counted.first; });
    for (auto run = from; run != runs.end() && run->rows.first < counted.end; ++run) {
      if (run->resolution == resolution) {
        best.push_back(stores::queue::common_part(run->rows, counted));
      }
    }
  }
  return best;
}

class Exporting {
 public:
  Exporting(Archive& archive, const Options& options) : archive_(archive), options_(options) {}

  void export_gateway(const KnownGateway& gateway) {
    const GatewayClock clock(archive_, gateway.id);
    Names names(archive_, gateway.id);
    const auto find = [&](std::uint32_t roster, SensorIndex sensor) {
      return names.find(roster, sensor);
    };
    const auto place = [&](BootId boot, Uptime at) { return clock.place(boot, at); };
    const auto take = [&](const Sample& sample) {
      Sample named = sample;
      named.gateway = gateway.name.gateway;
      put(named);
    };
    const auto within = clock.within(options_.range);
    for (const KnownLane& lane : archive_.lanes(gateway.id)) {
      if (lane.lane != wire::Lane::readings) continue;
      const std::vector<Run> runs = archive_.runs(lane.id);
      for (const Archive::Within& part : within) {
        archive_.frames(lane.id, part, [&](const KnownFrame& frame) {
          reader_.read(bytes_of(frame.body), best_of(frame, runs), find, place, take);
          return static_cast<bool>(std::cout);
        });
      }
    }
  }

  std::uint64_t left_out() const { return left_out_; }

 private:
  void put(const Sample& sample) {
    const bool is_in_time =
        options_.range.is_all() ||
        (sample.time.quality != TimeQuality::unset && options_.range.contains(sample.time.likely));
    if (!is_in_time || !is_wanted(sample, options_.sensor)) return;
    const std::string line = line_of(sample, options_.format);
    if (line.empty()) ++left_out_;
    std::cout << line;
  }

  Archive& archive_;
  const Options& options_;
  SampleReader reader_;
  std::uint64_t left_out_ = 0;
};

}  // namespace

int export_samples(const Options& options) {
  const auto sql = open_sql(options.store, Opening::existing);
  prepare_schema(*sql);
  Archive archive(*sql);
  std::ios::sync_with_stdio(false);
  std::cout << head_of(options.format);
  Exporting exporting(archive, options);
  for (const KnownGateway& each : archive.gateways(options.gateway)) exporting.export_gateway(each);
  std::cout.flush();
  if (exporting.left_out() > 0) {
    std::cerr << "holdfast-hub: " << exporting.left_out()
              << " samples have no time yet, or no number, and line protocol cannot say them\n";
  }
  return std::cout ? kWell : kFailed;
}

}  // namespace hf::hub
