#include "flows/alerting/alerting.h"

#include <algorithm>
#include <array>
#include <bit>

#include "state/fields.h"
#include "stores/alerts/alerts.h"
#include "stores/alerts/episodes.h"
#include "stores/models/models.h"
#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::flows {

using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using state::Fields;

namespace {

constexpr Duration kTurn = milliseconds(200);  // a condition that holds by time is seen this soon

bool is_before(const Watch& a, const Watch& b) {
  return a.sensor != b.sensor ? a.sensor < b.sensor : a.rule < b.rule;
}

// Of all that what a watch remembers depends on; never equal for two rules but by chance.
std::uint32_t meaning_of(const Rule& rule) {
  std::array<std::byte, 6 * sizeof(std::uint64_t)> facts{};
  store(std::span{facts}, std::bit_cast<std::uint64_t>(rule.limit));
  store(std::span{facts}.subspan(8), std::bit_cast<std::uint64_t>(rule.limit_high));
  store(std::span{facts}.subspan(16), std::bit_cast<std::uint64_t>(rule.hysteresis));
  store(std::span{facts}.subspan(24), rule.delay.ms);
  store(std::span{facts}.subspan(32), rule.window.ms);
  facts[40] = static_cast<std::byte>(rule.condition);
  facts[41] = static_cast<std::byte>(rule.is_latched);
  return crc32c(facts, crc32c(bytes_of(rule.name.view())));
}

bool is_done(Status status) { return is_ok(status) || status == Status::unavailable; }

}  // namespace

Alerting::Alerting(state::Replica& replica, const stores::telemetry::Telemetry& window,
                   const stores::Roster& roster, const AlertingMemory& memory)
    : replica_(replica), window_(window), roster_(roster), memory_(memory) {
  HF_ASSERT(memory_.places.size() >= roster.capacity() && !memory_.page.empty());
  replica_.observe(*this);
}

void Alerting::changed(const state::Changed& change) {
  const std::string_view collection = change.delta.id().collection;
  documents::Field active;
  const bool says_active = change.delta.find({Part::desired, "active"}, active);
  const bool is_other_life = change.delta.grave().present();
  if (collection == state::kRules || collection == state::kModels) rules_changed_ = true;
  if (collection == state::kEquipment && (says_active || is_other_life)) rules_changed_ = true;
  if (collection == state::kAlerts && change.from != documents::Side::gateway) {
    words_changed_ = true;
  }
}

void Alerting::assume(const AlertDefaults& defaults) {
  rules_changed_ = rules_changed_ || !(defaults == defaults_);
  defaults_ = defaults;
}

Uptime Alerting::step(Uptime now, const UtcReading& utc) {
  if (rules_changed_) compile(now);
  std::uint32_t writes = 0;
  if (has_orphans_) end_orphans(utc, writes);
  const std::span<Watch> watches = memory_.watches.first(counts_.watches);
  SensorIndex read_last{UINT16_MAX};
  // Watches stand in order of their sensors (compile), so each sensor is read once.
  for (const Watch& watch : watches) {
    if (watch.sensor != read_last) read_new(watch.sensor);
    read_last = watch.sensor;
  }
  for (Watch& watch : watches) {
    const Rule& rule = memory_.rules[watch.rule];
    if (words_changed_ && watch.is_active) {
      DocumentView document;
      const state::ItemKey key = key_of(watch);
      watch.is_released =
          replica_.find({.collection = state::kAlerts, .key = key.view()}, document) &&
          stores::read_alert(document).state == stores::AlertState::resolved;
    }
    const News news = look(rule, watch, now);
    if (news == News::none) continue;
    if (writes == kWritesPerStep) return now;  // G4; words_changed_ stays until all were asked
    ++writes;
    if (!write_down(watch, news, now, utc)) ++counts_.failures;
  }
  words_changed_ = false;
  return now + kTurn;
}

// All rules anew; watches whose rule means what it meant, and still sees their sensor, go on (G6).
void Alerting::compile(Uptime now) {
  rules_changed_ = false;
  const std::uint32_t watches_before = counts_.watches;
  counts_.rules = counts_.rules_refused = counts_.watches_refused = 0;
  for (std::uint32_t place = replica_.first_of(state::kRules); place < replica_.count(); ++place) {
    const DocumentView document = replica_.at(place);
    if (document.id().collection != state::kRules) break;
    if (document.lives()) compile_rule(document);
  }
  counts_.watches = watches_before;
  kept_ = keep_watches();
  for (std::uint32_t rule = 0; rule < counts_.rules; ++rule) {
    add_watches(static_cast<std::uint16_t>(rule), now);
  }
  for (Watch& watch : memory_.watches.first(counts_.watches).subspan(kept_)) adopt(watch, now);
  std::ranges::sort(memory_.watches.first(counts_.watches), {}, &Watch::sensor);
  has_orphans_ = true;
  words_changed_ = true;
}

void Alerting::compile_rule(const DocumentView& document) {
  const Fields fields(document);
  if (!fields.boolean(Part::desired, "enabled", true)) return;
  // A deployment that is not finished, or not any more.
  if (!stores::is_rule_in_force(replica_, fields.text(Part::desired, "model"))) return;
  const Result<Condition> condition = condition_of(fields.text(Part::desired, "condition"));
  stores::telemetry::SensorPattern pattern;
  const bool is_sound = condition.ok() && is_ok(stores::telemetry::SensorPattern::parse(
                                              fields.text(Part::desired, "pattern"), pattern));
  if (!is_sound || counts_.rules == memory_.rules.size()) {
    ++counts_.rules_refused;
    return;
  }
  Rule& rule = memory_.rules[counts_.rules++];
  rule = {};
  rule.name.assign(document.id().key);
  rule.condition = condition.value();
  rule.limit = fields.real(Part::desired, "limit");
  rule.limit_high = fields.real(Part::desired, "limit_high");
  rule.hysteresis = fields.real(Part::desired, "hysteresis", defaults_.hysteresis);
  rule.delay = milliseconds(fields.integer(Part::desired, "delay_ms", defaults_.delay.ms));
  rule.window = milliseconds(fields.integer(Part::desired, "window_ms"));
  rule.severity = stores::severity_of(fields.text(Part::desired, "severity"));
  rule.is_latched = fields.boolean(Part::desired, "latch", defaults_.latch);
  rule.flapping_raises = defaults_.flapping_raises;
  rule.flapping_within = defaults_.flapping_within;
  rule.meaning = meaning_of(rule);
}

// Moves the watches that go on to the front, in order of sensor and rule. How many.
std::uint32_t Alerting::keep_watches() {
  std::uint32_t kept = 0;
  for (const Watch& watch : memory_.watches.first(counts_.watches)) {
    const std::span<const Rule> rules = memory_.rules.first(counts_.rules);
    const auto rule = std::ranges::find(rules, watch.meaning, &Rule::meaning);
    if (rule == rules.end() || !is_seen(pattern_of(*rule), watch.sensor)) continue;
    Watch& place = memory_.watches[kept++];
    place = watch;
    place.rule = static_cast<std::uint16_t>(rule - rules.begin());
  }
  counts_.watches = kept;
  std::ranges::sort(memory_.watches.first(kept), is_before);
  return kept;
}

bool Alerting::is_kept(const Watch& watch) const {
  return std::ranges::binary_search(memory_.watches.first(kept_), watch, is_before);
}

bool Alerting::is_read(SensorIndex sensor) const {
  return std::ranges::binary_search(memory_.watches.first(kept_), sensor, {}, &Watch::sensor);
}

// REQUIRES: the rule was compiled from the documents as they are.
stores::telemetry::SensorPattern Alerting::pattern_of(const Rule& rule) const {
  DocumentView document;
  stores::telemetry::SensorPattern pattern;
  HF_ASSERT(replica_.find({.collection = state::kRules, .key = rule.name.view()}, document));
  const std::string_view text = Fields(document).text(Part::desired, "pattern");
  HF_ASSERT(is_ok(stores::telemetry::SensorPattern::parse(text, pattern)));
  return pattern;
}

bool Alerting::is_seen(const stores::telemetry::SensorPattern& pattern, SensorIndex sensor) const {
  const stores::SensorFacts& facts = roster_.at(sensor);
  return pattern.matches(facts.equipment, facts.sensor) && is_in_use(facts.equipment);
}

void Alerting::add_watches(std::uint16_t rule, Uptime now) {
  const stores::telemetry::SensorPattern pattern = pattern_of(memory_.rules[rule]);
  for (std::uint32_t index = 0; index < roster_.count(); ++index) {
    Watch watch;
    watch.rule = rule;
    watch.meaning = memory_.rules[rule].meaning;
    watch.sensor = {static_cast<std::uint16_t>(index)};
    if (!is_seen(pattern, watch.sensor) || is_kept(watch)) continue;
    if (counts_.watches == memory_.watches.size()) {
      ++counts_.watches_refused;
      continue;
    }
    watch.heard_at = watch.changed_at = watch.over_since = now;
    memory_.watches[counts_.watches++] = watch;
  }
}

bool Alerting::is_in_use(const EquipmentId& equipment) const {
  DocumentView document;
  return !replica_.find({.collection = state::kEquipment, .key = equipment.text()}, document) ||
         Fields(document).boolean(Part::desired, "active", true);
}

// G2: what its document says of it. And the sensor is read from where the window now ends, unless
// it was being read already.
void Alerting::adopt(Watch& watch, Uptime now) {
  DocumentView document;
  const state::ItemKey key = key_of(watch);
  if (replica_.find({.collection = state::kAlerts, .key = key.view()}, document)) {
    const stores::Alert alert = stores::read_alert(document);
    const Rule& rule = memory_.rules[watch.rule];
    if (alert.is_active) set_raised_before(rule, watch, alert.is_flapping, now);
  }
  if (is_read(watch.sensor)) return;
  memory_.places[watch.sensor.value] = window_.series(watch.sensor).end();
}

// G1
void Alerting::read_new(SensorIndex sensor) {
  stores::telemetry::Sequence& place = memory_.places[sensor.value];
  if (place == window_.series(sensor).end()) return;
  stores::telemetry::SeriesReader reader = window_.reader(sensor, place);
  const std::span<Watch> watches = memory_.watches.first(counts_.watches);
  const auto own = std::ranges::lower_bound(watches, sensor, {}, &Watch::sensor);
  while (const std::uint32_t count = reader.read(memory_.page)) {
    counts_.readings += count;
    for (const Reading& reading : memory_.page.first(count)) {
      for (auto watch = own; watch != watches.end() && watch->sensor == sensor; ++watch) {
        hear(memory_.rules[watch->rule], *watch, reading);
      }
    }
  }
  counts_.missed += reader.missed();
  place = reader.next();
}

state::ItemKey Alerting::key_of(const Watch& watch) const {
  const stores::SensorFacts& facts = roster_.at(watch.sensor);
  return stores::alert_key(facts.equipment.text(), facts.sensor.text(),
                           memory_.rules[watch.rule].name.view());
}

// G3: the document is written first; a cut before that raises again, one after it finds it raised.
bool Alerting::write_down(Watch& watch, News news, Uptime now, const UtcReading& utc) {
  const state::ItemKey key = key_of(watch);
  if (news == News::ended) {
    if (!is_done(stores::end_episode(replica_, key.view(), utc))) return false;
    set_ended(watch);
    ++counts_.ended;
    return true;
  }
  const Rule& rule = memory_.rules[watch.rule];
  const stores::SensorFacts& facts = roster_.at(watch.sensor);
  Watch after = watch;
  set_raised(rule, after, now);
  DocumentView rule_document;
  replica_.find({.collection = state::kRules, .key = rule.name.view()}, rule_document);
  const stores::Episode episode{.equipment = facts.equipment.text(),
                                .sensor = facts.sensor.text(),
                                .rule = rule.name.view(),
                                .severity = rule.severity,
                                .value = watch.value,
                                .is_flapping = after.is_flapping,
                                .text = Fields(rule_document).value(Part::desired, "text")};
  if (!is_done(stores::begin_episode(replica_, key.view(), episode, utc))) return false;
  watch = after;
  ++counts_.raised;
  return true;
}

bool Alerting::is_watched(const DocumentId& alert) const {
  return std::ranges::any_of(memory_.watches.first(counts_.watches),
                             [&](const Watch& watch) { return key_of(watch).view() == alert.key; });
}

// Active alerts whose rule or sensor is gone: nobody else would end them.
void Alerting::end_orphans(const UtcReading& utc, std::uint32_t& writes) {
  for (std::uint32_t place = replica_.first_of(state::kAlerts); place < replica_.count(); ++place) {
    const DocumentView document = replica_.at(place);
    if (document.id().collection != state::kAlerts) break;
    const bool is_ours = !stores::is_system_alert(document.id().key);
    if (!is_ours || !stores::read_alert(document).is_active || is_watched(document.id())) continue;
    if (writes == kWritesPerStep) return;
    ++writes;
    state::ItemKey key;
    key.assign(document.id().key);
    if (!is_done(stores::end_episode(replica_, key.view(), utc))) {
      ++counts_.failures;
      return;
    }
    ++counts_.ended;
  }
  has_orphans_ = false;
}

}  // namespace hf::flows
