// Makes the state folder of a gateway that was offline for hours: the real core, on real files,
// with a clock that runs as fast as the core does. `./tools/bench drain` sends it from there.
//
//   bench_backlog --state DIR [--data FILE.csv]... [--hours H] [--sensors N] [--seed S]
//
// Prints one line of JSON: the boot, the readings that were taken, and how long it took.
#include <chrono>
#include <cstdio>
#include <iostream>
#include <memory>

#include "gateway/gateway.h"
#include "platform/linux/board.h"
#include "tools/benches/feed/feed_wishes.h"

namespace {

using namespace hf;

constexpr Uptime kStart{5'000};  // when the first reading is taken
constexpr BootId kBoot{0xBAC106BAC106BAC1};
constexpr UtcTime kSettleDate{1'700'000'000'000};

// Virtual time, which was told by NTP from the start.
class FastClock final : public hal::Clock {
 public:
  explicit FastClock(UtcTime at_zero) : at_zero_(at_zero) {}

  Uptime uptime() const override { return now_; }
  UtcReading utc() const override {
    return {at_zero_ + (now_ - Uptime{}), milliseconds(20), TimeQuality::synced};
  }
  BootId boot_id() const override { return kBoot; }
  bool take_step(hal::ClockStep& /*step*/) override { return false; }
  void raise_floor(UtcTime /*not_before*/) override {}

  void pass_to(Uptime now) { now_ = now; }

 private:
  UtcTime at_zero_;
  Uptime now_;
};

// One scan after the other, when its time has come.
class FedSensors final : public hal::Sensors {
 public:
  FedSensors(const bench::Feed& feed, const FastClock& clock) : feed_(feed), clock_(clock) {}

  std::uint32_t take(std::span<Reading> readings) override {
    std::uint32_t taken = 0;
    while (taken < readings.size() && scan_ < feed_.scans.size()) {
      const bench::Scan& scan = feed_.scans[scan_];
      const Uptime at = moment(scan);
      if (at > clock_.uptime()) break;
      const auto values = feed_.values_of(scan);
      for (; value_ < values.size() && taken < readings.size(); ++value_) {
        const stores::telemetry::ScanValue& each = values[value_];
        readings[taken++] = {at, each.value, each.sensor, each.quality};
      }
      if (value_ < values.size()) break;
      value_ = 0;
      ++scan_;
    }
    return taken;
  }
  std::uint64_t missed() const override { return 0; }
  void pace(SensorIndex /*sensor*/, Duration /*period*/) override {}

  Uptime moment(const bench::Scan& scan) const {
    return kStart + (scan.at - feed_.scans.front().at);
  }

 private:
  const bench::Feed& feed_;
  const FastClock& clock_;
  std::size_t scan_ = 0;
  std::size_t value_ = 0;
};

UtcTime utc_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return {std::chrono::duration_cast<std::chrono::milliseconds>(since).count()};
}

gateway::GatewayMemory memory;

int make_backlog(const bench::Feed& feed, const std::string& state) {
  const auto begun = std::chrono::steady_clock::now();
  on_linux::BoardOptions options;
  options.data_directory = state;
  options.built = kSettleDate;
  options.log_descriptor = 2;
  on_linux::Board real(options);
  const Duration span = feed.scans.back().at - feed.scans.front().at;
  FastClock clock(utc_now() - span - seconds(30));
  FedSensors sensors(feed, clock);
  hal::Board board{clock,
                   real.hal().flash,
                   real.hal().link,
                   sensors,
                   real.hal().watchdog,
                   real.hal().power,
                   real.hal().entropy,
                   real.hal().keys,
                   real.hal().network,
                   real.hal().processes,
                   real.hal().slots,
                   real.hal().log};
  GatewayId id;
  HF_ASSERT(is_ok(GatewayId::parse("bench", id)));
  const auto gateway = std::make_unique<gateway::Gateway>(board, memory, id);
  for (std::uint32_t i = 0; i < feed.sensors; ++i) {
    stores::SensorFacts facts;
    HF_ASSERT(is_ok(EquipmentId::parse("machine", facts.equipment)));
    HF_ASSERT(is_ok(SensorId::parse("sensor-" + std::to_string(i), facts.sensor)));
    facts.rate_max_per_second = UINT16_MAX;
    if (!gateway->know(facts).ok()) return 1;
  }
  if (!is_ok(gateway->start().status)) return 1;
  for (const bench::Scan& scan : feed.scans) {
    clock.pass_to(sensors.moment(scan));
    static_cast<void>(gateway->step(clock.uptime()));
  }
  for (int i = 0; i < 20; ++i) {
    clock.pass_to(clock.uptime() + seconds(1));
    static_cast<void>(gateway->step(clock.uptime()));
  }
  const std::uint64_t held = gateway->queue_figures().bytes;
  if (!is_ok(gateway->stop())) return 1;
  const double took =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("{\"boot\":\"%016llx\",\"readings\":%zu,\"queue_bytes\":%llu,\"seconds\":%.1f}\n",
              static_cast<unsigned long long>(kBoot.value), feed.values.size(),
              static_cast<unsigned long long>(held), took);
  return 0;
}

}  // namespace

int main(int count, char** words) {
  std::string state;
  const bench::FeedWishes wishes =
      bench::read_wishes(count, words, {{"--state", [&](auto value) { state = value; }}});
  if (state.empty()) bench::refuse("no --state");
  return make_backlog(bench::feed_of(wishes), state);
}
