#include "tests/simulation/core/truth.h"

#include <algorithm>
#include <bit>

#include "stores/roster/roster.h"
#include "vocabulary/assertion.h"
#include "vocabulary/random.h"
#include "wire/frames/envelope.h"

namespace hf::simulation {
namespace {

std::uint32_t hash_of(double value, Quality quality) {
  // A NaN stands for all of its kind: what a driver writes into its bits means nothing.
  const std::uint64_t bits = value != value ? 1 : std::bit_cast<std::uint64_t>(value);
  const std::uint64_t mixed = (bits ^ static_cast<std::uint64_t>(quality)) * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::uint32_t>(mixed >> 32);
}

}  // namespace

bool LifeOfBoard::is_due(Uptime at) const {
  return std::ranges::any_of(
      due, [at](const DueSpan& span) { return at > span.from && at <= span.through; });
}

void Truth::begin_boot(BootId boot, Duration now, UtcTime true_utc, std::int64_t drift_ppm) {
  LifeOfBoard& life = lives_.emplace_back();
  life.boot = boot;
  life.ordinal = static_cast<std::uint32_t>(lives_.size() - 1);
  life.begun_at = now;
  life.true_utc = true_utc;
  life.drift_ppm = drift_ppm;
  found_at_ = 0;
  begin_process();
}

void Truth::begin_process() { rates_ = {}; }

// As docs say: more than so many within a second of one sensor are counted and not kept.
bool Truth::is_flood(const Reading& reading) {
  Rate& rate = rates_[reading.sensor.value];
  if (reading.at - rate.begun >= seconds(1)) rate = {.begun = reading.at, .readings = 0};
  if (rate.readings >= stores::kRateMaxDefault) return true;
  ++rate.readings;
  return false;
}

void Truth::note(const Reading& reading) {
  HF_ASSERT(!lives_.empty());
  std::deque<Moment>& moments = lives_.back().moments;
  if (moments.empty() || moments.back().at != reading.at) {
    HF_ASSERT(moments.empty() || moments.back().at < reading.at);
    moments.push_back({.at = reading.at, .open = 0, .entries = {}});
  }
  Moment& moment = moments.back();
  const bool flood = is_flood(reading);
  if (flood) {
    ++flooded_;
  } else {
    ++moment.open;
  }
  moment.entries.push_back(
      {.hash = hash_of(reading.value, reading.quality),
       .sensor = reading.sensor.value,
       .is_flood = flood,
       .is_measurement = wire::is_measurement(reading.quality) && reading.value == reading.value,
       .has_arrived = false});
  ++measured_;
}

void Truth::note_due(Uptime from, Uptime through) {
  if (through <= from) return;
  std::vector<DueSpan>& due = lives_.back().due;
  if (!due.empty() && due.back().through >= from) {
    due.back().through = std::max(due.back().through, through);
  } else {
    due.push_back({from, through});
  }
}

LifeOfBoard* Truth::find(BootId boot) {
  const auto found = std::ranges::find(lives_.rbegin(), lives_.rend(), boot, &LifeOfBoard::boot);
  return found == lives_.rend() ? nullptr : &*found;
}

Moment* Truth::find(LifeOfBoard& life, Uptime at) {
  std::deque<Moment>& moments = life.moments;
  for (const std::size_t guess : {found_at_, found_at_ + 1}) {
    if (guess < moments.size() && moments[guess].at == at) {
      found_at_ = guess;
      return &moments[guess];
    }
  }
  const auto found = std::ranges::lower_bound(moments, at, {}, &Moment::at);
  if (found == moments.end() || found->at != at) return nullptr;
  found_at_ = static_cast<std::size_t>(found - moments.begin());
  return &*found;
}

Match Truth::take(Moment& moment, SensorIndex sensor, double value, Quality quality) {
  if (moment.entries.empty()) return Match::again;
  const std::uint32_t hash = hash_of(value, quality);
  // Most moments are scans of all sensors: then a sensor stands at its own index.
  const bool is_scan =
      sensor.value < moment.entries.size() && moment.entries[sensor.value].sensor == sensor.value;
  std::size_t index = is_scan ? sensor.value : 0;
  while (index > 0 && moment.entries[index - 1].sensor == sensor.value) --index;
  bool came_before = false;
  for (; index < moment.entries.size(); ++index) {
    Entry& entry = moment.entries[index];
    if (entry.sensor != sensor.value || entry.hash != hash) continue;
    if (entry.has_arrived) {
      came_before = true;
      continue;
    }
    entry.has_arrived = true;
    ++arrived_;
    if (!entry.is_flood && --moment.open == 0) moment.entries = {};
    return Match::first;
  }
  return came_before ? Match::again : Match::unknown;
}

template <typename IsMeant>
std::uint32_t Truth::settle(LifeOfBoard& life, Uptime from, Uptime to, IsMeant is_meant) {
  std::uint32_t count = 0;
  const auto begin = std::ranges::lower_bound(life.moments, from, {}, &Moment::at);
  for (auto moment = begin; moment != life.moments.end() && moment->at < to; ++moment) {
    for (Entry& entry : moment->entries) {
      if (entry.has_arrived || !is_meant(moment->at, entry)) continue;
      entry.has_arrived = true;
      ++count;
      if (!entry.is_flood) --moment->open;
    }
    if (moment->open == 0) moment->entries = {};
  }
  return count;
}

// An envelope does not say which of its bucket's readings it stands for. Where a process ended
// within the bucket these are not all: what was not safe by then has gone, and of a flood most was
// refused. So what had to be safe comes first.
std::uint32_t Truth::condense(LifeOfBoard& life, SensorIndex sensor, Uptime from, Uptime to,
                              std::uint32_t count) {
  std::uint32_t left = count;
  for (const bool was_owed : {true, false}) {
    settle(life, from, to, [&](Uptime at, const Entry& entry) {
      const bool is_it = entry.sensor == sensor.value && entry.is_measurement && left > 0 &&
                         (life.is_due(at) && !entry.is_flood) == was_owed;
      if (is_it) --left;
      return is_it;
    });
  }
  condensed_ += count - left;
  return count - left;
}

void Truth::condense_rest(LifeOfBoard& life, Uptime from, Uptime to) {
  condensed_ +=
      settle(life, from, to, [](Uptime, const Entry& entry) { return !entry.is_measurement; });
}

void Truth::give_up(LifeOfBoard& life, Uptime first, Uptime last) {
  dropped_ +=
      settle(life, first, last + milliseconds(1), [](Uptime, const Entry&) { return true; });
}

}  // namespace hf::simulation
