#include "tests/simulation/core/incidents.h"

#include <algorithm>
#include <limits>

#include "tests/simulation/core/document_edits.h"
#include "tests/simulation/core/link_incidents.h"
#include "tests/simulation/core/settings_incidents.h"
#include "tests/simulation/core/world.h"

namespace hf::simulation {
namespace {

constexpr Duration kNeverAgain{std::numeric_limits<std::int64_t>::max()};

// Power and process.

// Half of the cuts are in the middle of a write or sync that comes soon.
void cut_power(World& world) {
  if (world.random.chance(1, 2)) {
    world.board.lose_power_after(world.random.below(40));
  } else {
    world.board.cut_power();
  }
}

void warn_of_cut(World& world) { world.board.power.set_failing(true); }
void cut_after_warning(World& world) {
  world.board.power.set_failing(false);
  world.board.cut_power();
}

void brown_out(World& world) {
  world.expect_short_boots(3 + static_cast<std::uint32_t>(world.random.below(4)));
  world.board.cut_power();
}

void kill_core(World& world) { world.end_process(World::Ending::killed); }
void restart_core(World& world) { world.end_process(World::Ending::orderly); }

// The clock.

void find_time(World& world) {
  world.board.clock.sync();
  world.note_synced();
}
void lose_time(World& world) { world.board.clock.lose_sync(); }

void step_clock(World& world) {
  constexpr Duration kSteps[] = {days(14), days(3650), hours(1), seconds(3)};
  const Duration by = kSteps[world.random.below(std::size(kSteps))];
  const UtcTime shown = world.board.clock.utc().at;
  world.board.clock.set_utc(world.random.chance(1, 2) ? shown + by : shown - by);
}

// The field.

void silence_bus(World& world) {
  const std::uint16_t count = world.field.sensors();
  const auto from = static_cast<std::uint16_t>(world.random.below(count));
  const auto most = static_cast<std::uint64_t>(count - from);
  world.field.silence(from, static_cast<std::uint16_t>(from + 1 + world.random.below(most)));
}
void end_silence(World& world) { world.field.silence(0, 0); }

void flood(World& world) {
  // One draw after the other: arguments are drawn in an order of the compiler's.
  const std::uint64_t sensor = world.random.below(world.field.sensors());
  const std::uint64_t times = 20 + world.random.below(180);
  world.field.flood(static_cast<std::uint16_t>(sensor), static_cast<std::uint32_t>(times));
}
void end_flood(World& world) { world.field.flood(0, 0); }

// The flash.

void fail_flash(World& world) {
  constexpr sim::FlashCall kCalls[] = {sim::FlashCall::any, sim::FlashCall::write,
                                       sim::FlashCall::sync};
  sim::PlannedFault fault;
  fault.call = kCalls[world.random.below(std::size(kCalls))];
  fault.fault = sim::Fault::io_error;
  fault.after = world.random.below(20);
  fault.times = world.random.chance(1, 2) ? 1 + world.random.below(5) : sim::kForEver;
  world.board.flash.plan(fault);
}

void slow_flash(World& world) {
  sim::PlannedFault fault;
  fault.call = sim::FlashCall::sync;
  fault.times = sim::kForEver;
  fault.delay = milliseconds(world.random.between(200, 5000));
  world.board.flash.plan(fault);
}

void fill_flash(World& world) {
  const std::uint64_t bytes_left = world.random.below(512) * 1024;
  world.board.flash.set_model({.capacity_bytes = world.board.flash.bytes_taken() + bytes_left});
}

void refuse_writes(World& world) { world.board.flash.set_state(hal::MediumState::read_only); }
void end_harm(World& world) { world.heal_medium(); }

// clang-format off
constexpr IncidentKind kKinds[] = {
    {"power_cut",         Area::power,  hours(6),  {},               {},          cut_power,        nullptr},
    {"warned_cut",        Area::power,  hours(24), milliseconds(50), seconds(2),  warn_of_cut,      cut_after_warning},
    {"brown_out",         Area::power,  hours(36), {},               {},          brown_out,        nullptr},
    {"core_killed",       Area::power,  hours(12), {},               {},          kill_core,        nullptr},
    {"core_restarted",    Area::power,  hours(24), {},               {},          restart_core,     nullptr},
    {"time_found",        Area::clock,  hours(3),  minutes(10),      hours(20),   find_time,        lose_time},
    {"clock_stepped",     Area::clock,  hours(12), {},               {},          step_clock,       nullptr},
    {"bus_silent",        Area::field,  hours(6),  seconds(5),       hours(1),    silence_bus,      end_silence},
    {"flood",             Area::field,  hours(12), seconds(5),       minutes(5),  flood,            end_flood},
    {"flash_failing",     Area::medium, hours(24), seconds(10),      minutes(30), fail_flash,       end_harm},
    {"flash_slow",        Area::medium, hours(24), minutes(1),       minutes(30), slow_flash,       end_harm},
    {"flash_full",        Area::medium, hours(24), minutes(1),       hours(2),    fill_flash,       end_harm},
    {"flash_read_only",   Area::medium, hours(36), seconds(10),      hours(1),    refuse_writes,    end_harm},
    {"carrier_lost",      Area::link,   hours(4),  seconds(5),       hours(3),    lose_carrier,     find_carrier},
    {"carrier_dark",      Area::link,   days(60),  days(7),          days(40),    lose_carrier,     find_carrier},
    {"carrier_flapping",  Area::link,   hours(16), minutes(3),       minutes(3),  flap_carrier,     nullptr},
    {"path_silent",       Area::link,   hours(8),  seconds(10),      minutes(30), silence_path,     end_path_silence},
    {"path_half_open",    Area::link,   hours(8),  minutes(3),       minutes(3),  half_open_path,   nullptr},
    {"path_slow",         Area::link,   hours(12), minutes(10),      hours(4),    slow_path,        mend_path},
    {"connection_reset",  Area::link,   hours(3),  minutes(3),       minutes(3),  reset_connection, nullptr},
    {"broker_nasty",      Area::link,   hours(12), minutes(5),       hours(3),    make_broker_nasty, make_broker_strict},
    {"broker_restarted",  Area::link,   hours(8),  minutes(3),       minutes(3),  restart_broker,   nullptr},
    {"broker_refusing",   Area::link,   hours(16), minutes(5),       hours(1),    refuse_connections, accept_connections},
    {"broker_over_quota", Area::link,   hours(16), minutes(1),       minutes(30), refuse_publishes, accept_publishes},
    {"packets_small",     Area::link,   hours(24), minutes(30),      hours(6),    limit_packets,    unlimit_packets},
    {"hub_away",          Area::link,   hours(12), minutes(1),       hours(6),    send_hub_away,    call_hub_back},
    {"hub_killed",        Area::link,   hours(8),  seconds(1),       minutes(5),  kill_hub,         call_hub_back},
    {"hub_forgetful",     Area::link,   hours(12), minutes(5),       hours(2),    make_hub_forgetful, make_hub_careful},
    {"link_killed",       Area::link,   hours(6),  minutes(3),       minutes(3),  kill_link,        nullptr},
    {"edit_at_site",      Area::people, minutes(40), {},             {},          edit_at_the_site, nullptr},
    {"edit_upstream",     Area::people, minutes(40), {},             {},          edit_upstream,    nullptr},
    {"edit_at_both",      Area::people, hours(2),  {},               {},          edit_at_both,     nullptr},
    {"settings_bad",      Area::link,   hours(5),  minutes(20),      minutes(20), write_bad_settings, mend_settings},
};
// clang-format on

}  // namespace

std::span<const IncidentKind> incident_kinds() { return kKinds; }

const IncidentKind* find_incident_kind(std::string_view name) {
  const auto kind = std::ranges::find(kKinds, name, &IncidentKind::name);
  return kind == std::end(kKinds) ? nullptr : &*kind;
}

Incidents::Incidents(std::uint64_t seed, const Weather& weather,
                     std::span<const IncidentKind* const> only)
    : random_(seed), weather_(weather) {
  for (const IncidentKind& kind : kKinds) {
    const Duration at = pause_before(kind);  // drawn for all, so that leaving some out changes
    const bool is_in = only.empty() || std::ranges::find(only, &kind) != only.end();
    if (is_in) turns_.push_back({.kind = &kind, .at = at});  // nothing about the others' first
  }
}

Duration Incidents::pause_before(const IncidentKind& kind) {
  const std::int64_t mean_ms = kind.every.ms / 100 * weather_.pause_percent;
  return milliseconds(random_.between(1, 2 * mean_ms));
}

Duration Incidents::next_at() const {
  const auto first = std::ranges::min_element(turns_, {}, &Turn::at);
  return first == turns_.end() ? kNeverAgain : first->at;
}

void Incidents::act(World& world) {
  for (Turn& each : turns_) {
    if (each.at <= world.now()) turn(each, world);
  }
}

void Incidents::turn(Turn& turn, World& world) {
  const IncidentKind& kind = *turn.kind;
  if (turn.is_on || kind.longest == Duration{}) {
    turn.at = world.now() + pause_before(kind);
  } else {
    turn.at = world.now() + milliseconds(random_.between(kind.shortest.ms, kind.longest.ms));
  }
  world.tell(kind.name, turn.is_on ? "ends" : "begins");
  if (turn.is_on) {
    turn.is_on = false;
    world.note_harm(kind.area, false);
    if (kind.end != nullptr) kind.end(world);
    return;
  }
  if (kind.area != Area::people) ++begun_;
  turn.is_on = kind.longest != Duration{};
  if (turn.is_on) world.note_harm(kind.area, true);
  kind.begin(world);
}

void Incidents::end_all(World& world) {
  for (Turn& each : turns_) {
    if (each.is_on) turn(each, world);
  }
  turns_.clear();
}

}  // namespace hf::simulation
