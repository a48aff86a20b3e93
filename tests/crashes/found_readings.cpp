#include "tests/crashes/found_readings.h"

#include <algorithm>
#include <bit>

#include "platform/sim/generator.h"

namespace hf::test {
namespace {

constexpr std::uint64_t kSeed = 1;  // platform/linux/program/demonstration_sensors.cpp has the same

bool same(const Reading& a, const Reading& b) {
  return a.at == b.at && a.quality == b.quality &&
         std::bit_cast<std::uint64_t>(a.value) == std::bit_cast<std::uint64_t>(b.value);
}

bool is_earlier(const Reading& a, const Reading& b) { return a.at < b.at; }

// Both in the order of time. A sensor may give several readings at one moment: each answers for
// one.
void compare(const std::vector<Reading>& given, const std::vector<Reading>& found,
             const KnownBoot& boot, Judgement& judgement) {
  auto next = found.begin();
  const Reading* last = nullptr;
  const auto take_foreign = [&](const Reading* before) {
    while (next != found.end() && (before == nullptr || next->at < before->at)) {
      ++(last != nullptr && same(*last, *next) ? judgement.twice : judgement.corrupt);
      ++next;
    }
  };
  for (const Reading& reading : given) {
    take_foreign(&reading);
    if (next != found.end() && same(reading, *next)) {
      last = &*next++;
    } else if (reading.at >= boot.counted && reading.at <= boot.promised) {
      ++judgement.lost;
    }
  }
  take_foreign(nullptr);
}

}  // namespace

void FoundReadings::add(std::uint64_t boot, const Reading& reading) {
  BySensor& of_boot = found_[boot];
  of_boot.resize(std::max<std::size_t>({of_boot.size(), sensors_, reading.sensor.value + 1u}));
  of_boot[reading.sensor.value].push_back(reading);
}

std::map<std::uint64_t, FoundReadings::Span> FoundReadings::boots() const {
  std::map<std::uint64_t, Span> spans;
  for (const auto& [boot, by_sensor] : found_) {
    Span span{Uptime{INT64_MAX}, Uptime{0}, 0};
    for (const auto& readings : by_sensor) {
      for (const Reading& reading : readings) {
        span.first = std::min(span.first, reading.at);
        span.last = std::max(span.last, reading.at);
        ++span.readings;
      }
    }
    spans[boot] = span;
  }
  return spans;
}

Judgement FoundReadings::judge_boot(const KnownBoot& boot, const BySensor& found) const {
  Uptime last = boot.promised;
  for (const auto& readings : found) {
    for (const Reading& reading : readings) last = std::max(last, reading.at);
  }
  std::vector<Reading> all;
  sim::Generator generator(kSeed, sensors_);
  generator.readings_until(boot.first, all);
  generator.readings_until(last, all);

  BySensor given(sensors_);
  for (const Reading& reading : all) given[reading.sensor.value].push_back(reading);
  Judgement judgement;
  for (std::size_t sensor = sensors_; sensor < found.size(); ++sensor) {
    judgement.corrupt += found[sensor].size();
  }
  for (std::size_t sensor = 0; sensor < sensors_; ++sensor) {
    std::vector<Reading> of_sensor;
    if (sensor < found.size()) of_sensor = found[sensor];
    std::ranges::stable_sort(of_sensor, is_earlier);
    std::ranges::stable_sort(given[sensor], is_earlier);
    Judgement of_this;
    compare(given[sensor], of_sensor, boot, of_this);
    // Most of a burst is refused as a flood, and counted by the gateway.
    const auto kind = generator.kind(SensorIndex{static_cast<std::uint16_t>(sensor)});
    if (kind == sim::SignalKind::bursting) of_this.lost = 0;
    judgement += of_this;
  }
  return judgement;
}

Judgement FoundReadings::judge(const std::vector<KnownBoot>& known) const {
  Judgement all;
  for (const KnownBoot& boot : known) {
    const auto found = found_.find(boot.id);
    all += judge_boot(boot, found == found_.end() ? BySensor{} : found->second);
  }
  for (const auto& [boot, by_sensor] : found_) {
    const auto is_this = [id = boot](const KnownBoot& one) { return one.id == id; };
    if (std::ranges::any_of(known, is_this)) continue;
    for (const auto& readings : by_sensor) all.corrupt += readings.size();
  }
  return all;
}

}  // namespace hf::test
