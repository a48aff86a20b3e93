#include "tools/benches/flash/road.h"

#include <charconv>
#include <map>
#include <memory>

#include "flows/compacting/wire_shaping.h"
#include "flows/forwarding/forwarding.h"
#include "flows/forwarding/into_queue.h"
#include "tools/benches/flash/queue_memory.h"

namespace hf::bench {
namespace {

constexpr BootId kBoot{1};
constexpr std::uint64_t kNoQuota = 2ULL << 30;

// Upstream: takes everything, and answers with receipts a second later.
class Upstream {
 public:
  explicit Upstream(stores::OfflineQueue& queue, std::span<std::byte> out)
      : queue_(queue), out_(out) {}

  // Readings it has, each frame whole.
  std::uint64_t readings() const { return readings_; }

  void exchange(Uptime now) {
    for (const auto& [lane, has] : has_) {
      if (has.rows != has.end) continue;  // newest first: what is older comes in the same second
      static_cast<void>(is_ok(queue_.acknowledge(
          {.stream = lane.first, .lane = lane.second, .watermark = has.end, .through = has.end},
          now)));
    }
    for (const auto choice :
         {stores::Choice::events, stores::Choice::live, stores::Choice::backlog}) {
      stores::Offer offer;
      while (is_ok(queue_.peek(choice, now, out_, offer))) {
        wire::OpenedFrame frame;
        if (is_ok(wire::open_frame(offer.bytes, frame)) && offer.rows == offer.frame_rows &&
            wire::lane_of(offer.kind) == wire::Lane::readings) {
          readings_ += frame.header.reading_count;
        }
        Has& has = has_[{offer.stream, offer.lane}];
        has.rows += offer.rows.count();
        has.end = std::max(has.end, offer.rows.end);
        if (!is_ok(queue_.mark_in_flight(offer))) break;
      }
    }
  }

 private:
  struct Has {
    std::uint64_t rows = 0;
    stores::queue::Position end = 0;
  };

  stores::OfflineQueue& queue_;
  std::span<std::byte> out_;
  std::uint64_t readings_ = 0;
  std::map<std::pair<std::uint64_t, wire::Lane>, Has> has_;
};

void name_sensors(stores::Roster& roster, std::uint32_t count) {
  for (std::uint32_t index = 0; index < count; ++index) {
    stores::SensorFacts facts;
    const std::string name = "s" + std::to_string(index);
    HF_ASSERT(is_ok(EquipmentId::parse("machine", facts.equipment)));
    HF_ASSERT(is_ok(SensorId::parse(name, facts.sensor)));
    HF_ASSERT(roster.add(facts).ok());
  }
}

stores::QueueSettings settings_of(const RoadSettings& road) {
  stores::QueueSettings settings;
  settings.window = road.window;
  settings.file_bytes_max = road.quota_bytes > 0 ? road.quota_bytes : kNoQuota;
  return settings;
}

class Road {
 public:
  Road(const Feed& feed, const RoadSettings& settings, CountingFlash& flash)
      : feed_(feed), settings_(settings), flash_(flash), engine_(room_.engine(), metered_, 1) {
    name_sensors(roster_, feed.sensors);
    // When a batch is due the queue knows best.
    flows::forwarding::Settings forwarded{.window = settings.window, .batch_period = days(365)};
    // Somebody is listening: what is cut has to be there, and its receipt back, before it is W old.
    if (settings.is_online) {
      forwarded.live_period = {std::max<std::int64_t>(settings.window.ms / 4, 1000)};
    }
    forwarding_.set(forwarded);
  }

  RoadFigures take(const std::function<void(Uptime)>& every_second) {
    RoadFigures figures;
    if (!is_ok(engine_.start()) || !is_ok(queue_.open(kBoot, now_))) return figures;
    flash_.forget();
    for (const Scan& scan : feed_.scans) {
      now_ = scan.at;
      telemetry_.add_scan(0, scan.at, feed_.values_of(scan), scan.at);
      pass();
      every_second(now_);
    }
    figures.use = flash_.use();
    figures.readings = forwarding_.counts().readings;
    figures.hours = static_cast<double>((now_ - feed_.scans.front().at + seconds(1)).ms) / 3.6e6;
    tidy();
    figures.frame_bytes = queue_.figures(now_).bytes;
    note_resolutions(figures);
    upstream_.exchange(now_);  // what was offline until now
    figures.is_sound = is_ok(queue_.close(now_)) && upstream_.readings() == feed_.values.size();
    figures.bytes_held = flash_.bytes_held();
    return figures;
  }

 private:
  void pass() {
    if (now_ >= forwarding_due_) forwarding_due_ = forwarding_.step(now_);
    if (settings_.is_online) upstream_.exchange(now_);
    if (now_ >= queue_due_ || settings_.is_online) queue_due_ = queue_.serve(now_);
  }

  // The last batch, and hours in which nothing is measured and everything finds its place.
  void tidy() {
    const Uptime until = now_ + hours(2);
    while (now_ < until) {
      now_ = now_ + seconds(10);
      pass();
    }
  }

  // A row is a scan, so rows are time.
  void note_resolutions(RoadFigures& figures) {
    const auto holdings = queue_.figures(now_).holdings;
    const auto rows_of = [&](stores::queue::Tier tier) {
      return static_cast<double>(holdings[index_of(tier)].rows);
    };
    const double hours_a_row = figures.hours / static_cast<double>(feed_.scans.size());
    figures.hours_in_full = rows_of(stores::queue::Tier::readings) * hours_a_row;
    figures.hours_of_10s = rows_of(stores::queue::Tier::ten_seconds) * hours_a_row;
    figures.hours_of_1min = rows_of(stores::queue::Tier::one_minute) * hours_a_row;
    figures.hours_dropped = static_cast<double>(queue_.counters().rows_dropped) * hours_a_row;
  }

  const Feed& feed_;
  RoadSettings settings_;
  CountingFlash& flash_;
  files::MeteredFlash metered_{flash_};
  QueueRoom room_;
  files::Engine engine_;
  flows::compacting::WireShaping shaping_;
  stores::OfflineQueue queue_{engine_, metered_, shaping_, room_.queue(), settings_of(settings_)};
  std::unique_ptr<std::uint64_t[]> window_{new std::uint64_t[limits::kBoard.telemetry_bytes / 8]};
  stores::telemetry::Telemetry telemetry_{
      std::as_writable_bytes(std::span{window_.get(), limits::kBoard.telemetry_bytes / 8}), {}};
  std::array<stores::SensorEntry, limits::kBoard.sensors_max> facts_;
  stores::Roster roster_{facts_};
  flows::forwarding::FrameCutter cutter_{telemetry_, roster_, kBoot};
  flows::forwarding::IntoQueue keeping_{queue_};
  flows::forwarding::Forwarding forwarding_{cutter_, keeping_, kBoot, roster_.fingerprint(),
                                            room_.frame()};
  Upstream upstream_{queue_, room_.out()};
  Uptime now_;
  Uptime forwarding_due_;
  Uptime queue_due_;
};

}  // namespace

RoadFigures take_the_road(const Feed& feed, const RoadSettings& settings, CountingFlash& flash,
                          const std::function<void(Uptime)>& every_second) {
  return std::make_unique<Road>(feed, settings, flash)->take(every_second);
}

}  // namespace hf::bench
