#include "state/schema.h"

#include <array>
#include <cmath>

#include "state/collections.h"

namespace hf::state {
namespace {

using documents::FieldName;
using documents::Part;
using documents::Value;
using documents::ValueKind;

constexpr double kAny = 1e300;
constexpr double kDayMs = 86'400'000;
constexpr auto kReported = Part::reported;
constexpr auto kDesired = Part::desired;
constexpr auto kBoolean = ValueKind::boolean;
constexpr auto kInteger = ValueKind::integer;
constexpr auto kReal = ValueKind::real;
constexpr auto kText = ValueKind::text;

constexpr std::string_view kStatuses = "online offline maintenance fault standby";
constexpr std::string_view kSeverities = "info warning critical";
constexpr std::string_view kConditions = "above below rate stale stuck range deviation";

// clang-format off
constexpr std::array kSchema{
    FieldRule{kEquipment, kDesired,  "active",         kBoolean, 0, 0,      {},          "false: out of use; its alerts are not raised"},
    FieldRule{kEquipment, kDesired,  "location",       kText,    0, 64,     {},          "where it stands"},
    FieldRule{kEquipment, kDesired,  "name",           kText,    0, 64,     {},          "what people call it"},
    FieldRule{kEquipment, kDesired,  "status",         kText,    0, 16,     kStatuses,   "what a person says it is; cleared: what the gateway sees"},
    FieldRule{kEquipment, kDesired,  "tags",           kText,    0, 200,    {},          "words to find it by, separated by commas"},
    FieldRule{kEquipment, kReported, "status",         kText,    0, 16,     kStatuses,   "what the gateway sees: online while a sensor of it is heard"},

    FieldRule{kSensors,   kDesired,  "dead_band",      kReal,    0, kAny,   {},          "a change of at most this much is not kept"},
    FieldRule{kSensors,   kDesired,  "group",          kText,    0, 32,     {},          "who may see it"},
    FieldRule{kSensors,   kDesired,  "high_limit",     kReal,    -kAny, kAny, {},        "physically no value is above"},
    FieldRule{kSensors,   kDesired,  "low_limit",      kReal,    -kAny, kAny, {},        "physically no value is below"},
    FieldRule{kSensors,   kDesired,  "max_silence_ms", kInteger, 0, kDayMs, {},          "within the dead-band one value is kept this often"},
    FieldRule{kSensors,   kDesired,  "name",           kText,    0, 64,     {},          "what people call it"},
    FieldRule{kSensors,   kDesired,  "offset",         kReal,    -kAny, kAny, {},        "value = register * scale + offset"},
    FieldRule{kSensors,   kDesired,  "period_ms",      kInteger, 10, kDayMs, {},         "how often its driver should read it"},
    FieldRule{kSensors,   kDesired,  "rate_max",       kInteger, 1, 1000,   {},          "readings a second; more is a flood, counted and not kept"},
    FieldRule{kSensors,   kDesired,  "scale",          kReal,    -kAny, kAny, {},        "value = register * scale + offset"},
    FieldRule{kSensors,   kDesired,  "stale_after_ms", kInteger, 0, kDayMs, {},          "unheard for longer it is stale"},
    FieldRule{kSensors,   kDesired,  "stuck_after_ms", kInteger, 0, 30 * kDayMs, {},     "unchanged for longer it is stuck; 0: never"},
    FieldRule{kSensors,   kDesired,  "unit",           kText,    0, 15,     {},          "of the value"},
    FieldRule{kSensors,   kReported, "dead_band",      kReal,    0, kAny,   {},          "as it is in force"},
    FieldRule{kSensors,   kReported, "group",          kText,    0, 32,     {},          "as it is in force"},
    FieldRule{kSensors,   kReported, "high_limit",     kReal,    -kAny, kAny, {},        "as it is in force"},
    FieldRule{kSensors,   kReported, "low_limit",      kReal,    -kAny, kAny, {},        "as it is in force"},
    FieldRule{kSensors,   kReported, "max_silence_ms", kInteger, 0, kDayMs, {},          "as it is in force"},
    FieldRule{kSensors,   kReported, "node",           kText,    0, 32,     {},          "the device that it hangs on"},
    FieldRule{kSensors,   kReported, "offset",         kReal,    -kAny, kAny, {},        "as it is in force"},
    FieldRule{kSensors,   kReported, "period_ms",      kInteger, 10, kDayMs, {},         "as it is in force"},
    FieldRule{kSensors,   kReported, "rate_max",       kInteger, 1, 1000,   {},          "as it is in force"},
    FieldRule{kSensors,   kReported, "scale",          kReal,    -kAny, kAny, {},        "as it is in force"},
    FieldRule{kSensors,   kReported, "stale_after_ms", kInteger, 0, kDayMs, {},          "as it is in force"},
    FieldRule{kSensors,   kReported, "stuck_after_ms", kInteger, 0, 30 * kDayMs, {},     "as it is in force"},
    FieldRule{kSensors,   kReported, "unit",           kText,    0, 15,     {},          "as it is in force"},

    FieldRule{kNodes,     kDesired,  "drained",        kBoolean, 0, 0,      {},          "true: finish, sample no more, flush"},
    FieldRule{kNodes,     kDesired,  "enabled",        kBoolean, 0, 0,      {},          "false: not used at all"},
    FieldRule{kNodes,     kDesired,  "name",           kText,    0, 64,     {},          "what people call it"},
    FieldRule{kNodes,     kReported, "breaker",        kText,    0, 16,     "closed open", "open: hardly asked, until it was well for a minute"},
    FieldRule{kNodes,     kReported, "failures",       kInteger, 0, kAny,   {},          "times it began to fail since the start"},
    FieldRule{kNodes,     kReported, "health",         kText,    0, 16,     "ok degraded failed", "how it is"},
    FieldRule{kNodes,     kReported, "kind",           kText,    0, 32,     {},          "what it is"},
    FieldRule{kNodes,     kReported, "state",          kText,    0, 16,     "running draining drained disabled failed", "what it does"},

    FieldRule{kRules,     kDesired,  "condition",      kText,    0, 16,     kConditions, "what is looked for"},
    FieldRule{kRules,     kDesired,  "delay_ms",       kInteger, 0, kDayMs, {},          "it must last this long"},
    FieldRule{kRules,     kDesired,  "enabled",        kBoolean, 0, 0,      {},          "false: raises nothing"},
    FieldRule{kRules,     kDesired,  "hysteresis",     kReal,    0, kAny,   {},          "how far back a value must come to end it"},
    FieldRule{kRules,     kDesired,  "latch",          kBoolean, 0, 0,      {},          "true: stays raised until a person resolves it"},
    FieldRule{kRules,     kDesired,  "limit",          kReal,    -kAny, kAny, {},        "rate: units a second; deviation: of the usual; range: least"},
    FieldRule{kRules,     kDesired,  "limit_high",     kReal,    -kAny, kAny, {},        "range: the most"},
    FieldRule{kRules,     kDesired,  "model",          kText,    0, 64,     {},          "the package it came with"},
    FieldRule{kRules,     kDesired,  "pattern",        kText,    0, 66,     {},          "equipment/sensor, equipment/* or *"},
    FieldRule{kRules,     kDesired,  "severity",       kText,    0, 16,     kSeverities, "how bad it is"},
    FieldRule{kRules,     kDesired,  "text",           kText,    0, 200,    {},          "what it means, for people"},
    FieldRule{kRules,     kDesired,  "window_ms",      kInteger, 0, kDayMs, {},          "rate, deviation: over this long; stale, stuck: after it"},

    FieldRule{kAlerts,    kDesired,  "acknowledged",   kInteger, 0, kAny,   {},          "the episode that a person has seen"},
    FieldRule{kAlerts,    kDesired,  "note",           kText,    0, 200,    {},          "what a person says about it"},
    FieldRule{kAlerts,    kDesired,  "resolved",       kInteger, 0, kAny,   {},          "the episode that a person has ended"},
    FieldRule{kAlerts,    kReported, "active",         kBoolean, 0, 0,      {},          "its condition holds, or it is latched"},
    FieldRule{kAlerts,    kReported, "episode",        kInteger, 0, kAny,   {},          "counts how often it was raised"},
    FieldRule{kAlerts,    kReported, "equipment",      kText,    0, 32,     {},          "of the sensor"},
    FieldRule{kAlerts,    kReported, "flapping",       kBoolean, 0, 0,      {},          "raised too often to be told each time"},
    FieldRule{kAlerts,    kReported, "rule",           kText,    0, 64,     {},          "that raised it"},
    FieldRule{kAlerts,    kReported, "sensor",         kText,    0, 32,     {},          "whose value it was"},
    FieldRule{kAlerts,    kReported, "severity",       kText,    0, 16,     kSeverities, "as the rule said"},
    FieldRule{kAlerts,    kReported, "since_ms",       kInteger, 0, kAny,   {},          "raised at, by our clock; cleared: it was not set"},
    FieldRule{kAlerts,    kReported, "text",           kText,    0, 200,    {},          "as the rule said"},
    FieldRule{kAlerts,    kReported, "value",          kReal,    -kAny, kAny, {},        "that raised it"},

    FieldRule{kModels,    kDesired,  "deployed_to",    kText,    0, 256,    {},          "equipment ids, separated by commas"},
    FieldRule{kModels,    kDesired,  "parameters",     kText,    0, 256,    {},          "NAME=VALUE or EQUIPMENT/NAME=VALUE, separated by spaces"},
    FieldRule{kModels,    kDesired,  "version",        kText,    0, 32,     {},          "that is to be in use"},
    FieldRule{kModels,    kReported, "applied",        kText,    0, 32,     {},          "version that is in use"},
    FieldRule{kModels,    kReported, "applied_to",     kText,    0, 256,    {},          "where it is in use"},
    FieldRule{kModels,    kReported, "applied_with",   kText,    0, 256,    {},          "with these parameters"},
    FieldRule{kModels,    kReported, "problem",        kText,    0, 200,    {},          "why it failed"},
    FieldRule{kModels,    kReported, "progress",       kInteger, 0, 100,    {},          "percent"},
    FieldRule{kModels,    kReported, "status",         kText,    0, 16,     "uploading ready deploying deployed failed", "where it is"},
    FieldRule{kModels,    kReported, "slot",           kText,    0, 1,      "a b",       "rules of NAME.SLOT are in force"},
    FieldRule{kModels,    kReported, "versions",       kText,    0, 200,    {},          "packages that lie on this gateway"},
};
// clang-format on

bool has_word(std::string_view words, std::string_view word) {
  while (!words.empty()) {
    const std::size_t end = std::min(words.find(' '), words.size());
    if (words.substr(0, end) == word) return true;
    words.remove_prefix(std::min(end + 1, words.size()));
  }
  return false;
}

bool may_say(const FieldRule& rule, const Value& value) {
  // A whole number is a real as well: people write 5, not 5.0.
  const bool fits = value.kind() == rule.kind ||
                    (rule.kind == ValueKind::real && value.kind() == ValueKind::integer);
  if (!fits) return false;
  switch (value.kind()) {
    case ValueKind::integer: {
      const auto number = static_cast<double>(value.as_integer());
      return number >= rule.least && number <= rule.most;
    }
    case ValueKind::real:
      return std::isfinite(value.as_real()) && value.as_real() >= rule.least &&
             value.as_real() <= rule.most;
    case ValueKind::text:
      return rule.words.empty() ? value.as_text().size() <= static_cast<std::size_t>(rule.most)
                                : has_word(rule.words, value.as_text());
    case ValueKind::nothing:
    case ValueKind::boolean:
    case ValueKind::bytes: return true;
  }
  return false;
}

}  // namespace

std::span<const FieldRule> schema_of_documents() { return kSchema; }

const FieldRule* rule_of(std::string_view collection, const FieldName& field) {
  for (const FieldRule& rule : kSchema) {
    if (rule.collection == collection && rule.part == field.part && rule.name == field.text) {
      return &rule;
    }
  }
  return nullptr;
}

Status judge(std::string_view collection, const FieldName& field, const Value& value) {
  const FieldRule* const rule = rule_of(collection, field);
  if (rule == nullptr) return Status::not_found;
  return value.is_nothing() || may_say(*rule, value) ? Status::ok : Status::invalid;
}

}  // namespace hf::state
