#include "flows/alerting/watching.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

namespace hf::flows {
namespace {

// Whether the condition holds; `held` says whether it did, so that a way back can be asked for.
using Test = bool (*)(const Rule& rule, const Watch& watch, bool held);

double slack(const Rule& rule, bool held) { return held ? rule.hysteresis : 0; }

bool is_above(const Rule& rule, const Watch& watch, bool held) {
  return watch.value > rule.limit - slack(rule, held);
}

bool is_below(const Rule& rule, const Watch& watch, bool held) {
  return watch.value < rule.limit + slack(rule, held);
}

bool is_out_of_range(const Rule& rule, const Watch& watch, bool held) {
  return watch.value < rule.limit + slack(rule, held) ||
         watch.value > rule.limit_high - slack(rule, held);
}

bool is_fast(const Rule& rule, const Watch& watch, bool held) {
  const Duration passed = watch.heard_at - watch.from_at;
  if (passed < rule.window || passed.ms <= 0) return held;  // not known yet: as it was
  constexpr double kMsPerSecond = 1000;
  const double rate =
      std::abs(watch.value - watch.from_value) * kMsPerSecond / static_cast<double>(passed.ms);
  return rate > rule.limit - slack(rule, held);
}

bool deviates(const Rule& rule, const Watch& watch, bool held) {
  if (watch.mean_readings < kMeanReadingsLeast) return false;
  const double deviations = rule.limit - slack(rule, held);
  return std::abs(watch.value - watch.mean) > deviations * std::sqrt(watch.variance);
}

bool is_never(const Rule& /*rule*/, const Watch& /*watch*/, bool /*held*/) { return false; }

struct ConditionRow {
  std::string_view word;
  Condition condition;
  Test of_value;    // asked with each reading
  bool is_of_time;  // holds by time alone; asked in look()
};

// clang-format off
constexpr std::array kConditions{
    ConditionRow{"above",     Condition::above,     is_above,        false},
    ConditionRow{"below",     Condition::below,     is_below,        false},
    ConditionRow{"range",     Condition::range,     is_out_of_range, false},
    ConditionRow{"rate",      Condition::rate,      is_fast,         false},
    ConditionRow{"deviation", Condition::deviation, deviates,        false},
    ConditionRow{"stale",     Condition::stale,     is_never,        true},
    ConditionRow{"stuck",     Condition::stuck,     is_never,        true},
};
// clang-format on

const ConditionRow& row_of(Condition condition) {
  return kConditions[static_cast<std::size_t>(condition)];
}

// W5
bool is_heard(const Reading& reading) {
  switch (reading.quality) {
    case Quality::no_contact:
    case Quality::device_fault:
    case Quality::not_a_number: return false;
    case Quality::good:
    case Quality::out_of_range:
    case Quality::stuck:
    case Quality::uncertain:
    case Quality::substituted: return std::isfinite(reading.value);
  }
  return false;
}

// Mean and variance that follow the value with a time constant of the window.
void follow(const Rule& rule, Watch& watch, Duration passed) {
  ++watch.mean_readings;
  if (watch.mean_readings == 1) {
    watch.mean = watch.value;
    return;
  }
  // At first the plain mean of what there is; then the window's weight.
  const double window = std::max<double>(1, static_cast<double>(rule.window.ms));
  const double of_window = std::clamp(static_cast<double>(passed.ms) / window, 0.0, 1.0);
  const double share = std::max(of_window, 1.0 / watch.mean_readings);
  const double off = watch.value - watch.mean;
  watch.mean += share * off;
  watch.variance = (1 - share) * (watch.variance + share * off * off);
}

bool holds_by_time(const Rule& rule, const Watch& watch, Uptime now) {
  const Uptime since = rule.condition == Condition::stale ? watch.heard_at : watch.changed_at;
  return now - since >= rule.window;
}

}  // namespace

Result<Condition> condition_of(std::string_view word) {
  const auto* const found = std::ranges::find(kConditions, word, &ConditionRow::word);
  if (found == kConditions.end()) return Status::not_found;
  return found->condition;
}

void hear(const Rule& rule, Watch& watch, const Reading& reading) {
  if (!is_heard(reading)) return;
  const Duration passed = reading.at - watch.heard_at;
  const bool has_changed =
      !watch.has_value || std::abs(reading.value - watch.value) > rule.hysteresis;
  if (!watch.has_value) {
    watch.from_at = reading.at;
    watch.from_value = reading.value;
  }
  // Stuck: what counts as a change is more than the hysteresis, from where it last changed.
  if (has_changed) watch.changed_at = reading.at;
  if (rule.condition != Condition::stuck || has_changed) watch.value = reading.value;
  watch.has_value = true;
  watch.heard_at = reading.at;
  const ConditionRow& row = row_of(rule.condition);
  if (row.is_of_time) return;
  const bool holds = row.of_value(rule, watch, watch.holds);
  if (rule.condition == Condition::deviation && !holds) follow(rule, watch, passed);
  if (rule.condition == Condition::rate && reading.at - watch.from_at >= rule.window) {
    watch.from_at = reading.at;
    watch.from_value = reading.value;
  }
  if (holds && !watch.holds) watch.holds_since = reading.at;
  if (!holds && watch.holds) watch.over_since = reading.at;
  watch.holds = holds;
}

News look(const Rule& rule, const Watch& watch, Uptime now) {
  const bool is_of_time = row_of(rule.condition).is_of_time;
  const bool holds = is_of_time ? holds_by_time(rule, watch, now) : watch.holds;
  if (!watch.is_active) {
    if (!holds) return News::none;
    // W1. What holds by time has held since its window was over.
    const Uptime since =
        is_of_time
            ? (rule.condition == Condition::stale ? watch.heard_at : watch.changed_at) + rule.window
            : watch.holds_since;
    return now - since >= rule.delay ? News::raised : News::none;
  }
  if (holds) return News::none;                                  // W2
  if (rule.is_latched && !watch.is_released) return News::none;  // W3
  if (!watch.has_value) return News::none;  // after a boot: nothing was heard that could end it
  if (watch.is_flapping && !watch.is_released) {
    const Uptime over = is_of_time ? watch.heard_at : watch.over_since;
    return now - over >= rule.flapping_within ? News::ended : News::none;  // W4
  }
  return News::ended;
}

void set_raised(const Rule& rule, Watch& watch, Uptime now) {
  watch.is_active = true;
  watch.is_released = false;
  if (watch.raises == 0 || now - watch.raises_since > rule.flapping_within) {
    watch.raises = 0;
    watch.raises_since = now;
  }
  if (watch.raises < UINT8_MAX) ++watch.raises;
  watch.is_flapping = watch.raises >= rule.flapping_raises;
}

void set_raised_before(const Rule& rule, Watch& watch, bool is_flapping, Uptime now) {
  watch.is_active = true;
  watch.holds = true;  // so that the hysteresis goes on to count
  watch.holds_since = now;
  watch.is_flapping = is_flapping;
  watch.raises = is_flapping ? rule.flapping_raises : std::uint8_t{1};
  watch.raises_since = now;
}

void set_ended(Watch& watch) {
  watch.is_active = false;
  watch.is_released = false;
  if (watch.is_flapping) watch.raises = 0;
  watch.is_flapping = false;
}

}  // namespace hf::flows
