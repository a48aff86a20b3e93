#include "stores/roster/roster.h"

#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::stores {
namespace {

// Both names and their ends, so that ("ab", "c") and ("a", "bc") differ.
std::uint32_t fingerprint_with(const SensorFacts& facts, std::uint32_t before) {
  constexpr std::string_view kEnd{"\n", 1};
  std::uint32_t sum = crc32c(bytes_of(facts.equipment.text()), before);
  sum = crc32c(bytes_of(kEnd), sum);
  sum = crc32c(bytes_of(facts.sensor.text()), sum);
  return crc32c(bytes_of(kEnd), sum);
}

}  // namespace

Result<SensorIndex> Roster::add(const SensorFacts& facts) {
  if (facts.equipment.empty() || facts.sensor.empty()) return Status::invalid;
  if (!(facts.low_limit <= facts.high_limit)) return Status::invalid;  // also when one is NaN
  if (find(facts.equipment, facts.sensor).ok()) return Status::busy;
  if (count_ == memory_.size()) return Status::full;
  memory_[count_] = facts;
  fingerprint_ = fingerprint_with(facts, fingerprint_);
  return SensorIndex{static_cast<std::uint16_t>(count_++)};
}

void Roster::assume(const SensorDefaults& defaults) {
  const auto follow = [](auto& fact, const auto& before, const auto& now) {
    if (fact == before) fact = now;
  };
  for (SensorFacts& facts : memory_.first(count_)) {
    follow(facts.dead_band, assumed_.dead_band, defaults.dead_band);
    follow(facts.max_silence, assumed_.max_silence, defaults.max_silence);
    follow(facts.stale_after, assumed_.stale_after, defaults.stale_after);
    follow(facts.stuck_after, assumed_.stuck_after, defaults.stuck_after);
    follow(facts.rate_max_per_second, assumed_.rate_max_per_second, defaults.rate_max_per_second);
  }
  assumed_ = defaults;
}

Result<SensorIndex> Roster::find(const EquipmentId& equipment, const SensorId& sensor) const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (memory_[i].sensor == sensor && memory_[i].equipment == equipment) {
      return SensorIndex{static_cast<std::uint16_t>(i)};
    }
  }
  return Status::not_found;
}

bool Roster::begins_with(std::uint32_t fingerprint) const {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    sum = fingerprint_with(memory_[i], sum);
    if (sum == fingerprint) return true;
  }
  return false;
}

const SensorFacts& Roster::at(SensorIndex index) const {
  HF_ASSERT(knows(index));
  return memory_[index.value];
}

}  // namespace hf::stores
