#include "stores/roster/roster.h"

#include <algorithm>

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

bool are_limits_sound(const SensorFacts& facts) {
  return facts.low_limit <= facts.high_limit;  // false also when one is NaN
}

}  // namespace

Result<SensorIndex> Roster::add(const SensorFacts& facts, const SensorWords& by_name) {
  if (facts.equipment.empty() || facts.sensor.empty()) return Status::invalid;
  if (find(facts.equipment, facts.sensor).ok()) return Status::busy;
  if (count_ == memory_.size()) return Status::full;
  SensorEntry& entry = memory_[count_];
  entry = {.facts = facts, .given = words_in(facts), .named = by_name.said, .people = 0};
  entry.given.put_over(by_name);
  compose(entry, {});
  if (!are_limits_sound(entry.facts)) return Status::invalid;
  fingerprint_ = fingerprint_with(facts, fingerprint_);
  return SensorIndex{static_cast<std::uint16_t>(count_++)};
}

void Roster::assume(const SensorDefaults& defaults) {
  assumed_.dead_band = defaults.dead_band;
  assumed_.max_silence = defaults.max_silence;
  assumed_.stale_after = defaults.stale_after;
  assumed_.stuck_after = defaults.stuck_after;
  assumed_.rate_max_per_second = defaults.rate_max_per_second;
  assumed_.period = defaults.period;
  for (SensorEntry& entry : memory_.first(count_)) fill_up(entry);
}

Status Roster::describe(SensorIndex index, const SensorWords& by_people) {
  HF_ASSERT(knows(index));
  SensorEntry described = memory_[index.value];
  compose(described, by_people);
  if (!are_limits_sound(described.facts)) return Status::invalid;
  memory_[index.value] = described;
  return Status::ok;
}

void Roster::compose(SensorEntry& entry, const SensorWords& by_people) const {
  SensorWords words{.values = entry.facts, .said = 0};
  words.put_over(entry.given);
  words.put_over(by_people);
  entry.facts = words.values;
  entry.people = by_people.said;
  fill_up(entry);
}

// What nobody says is as assumed.
void Roster::fill_up(SensorEntry& entry) const {
  const SensorWords all{.values = assumed_, .said = ~entry.said()};
  SensorWords facts{.values = entry.facts, .said = 0};
  facts.put_over(all);
  entry.facts = facts.values;
  // Who is read every hour is not stale after five seconds, unless somebody says so.
  if (!all.says(word_at("stale_after_ms"))) return;
  entry.facts.stale_after =
      std::max(entry.facts.stale_after, milliseconds(kPeriodsUntilStale * entry.facts.period.ms));
}

std::uint32_t Roster::said_by_name(SensorIndex index) const {
  HF_ASSERT(knows(index));
  return memory_[index.value].named | memory_[index.value].people;
}

Result<SensorIndex> Roster::find(const EquipmentId& equipment, const SensorId& sensor) const {
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (memory_[i].facts.sensor == sensor && memory_[i].facts.equipment == equipment) {
      return SensorIndex{static_cast<std::uint16_t>(i)};
    }
  }
  return Status::not_found;
}

bool Roster::begins_with(std::uint32_t fingerprint) const {
  std::uint32_t sum = 0;
  for (std::uint32_t i = 0; i < count_; ++i) {
    sum = fingerprint_with(memory_[i].facts, sum);
    if (sum == fingerprint) return true;
  }
  return false;
}

const SensorFacts& Roster::at(SensorIndex index) const {
  HF_ASSERT(knows(index));
  return memory_[index.value].facts;
}

}  // namespace hf::stores
