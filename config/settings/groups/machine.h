// The machine: what is assumed of a sensor, an alert, a model, where nothing is said of it by name.
#pragma once

#include <array>

#include "config/limits/activity.h"
#include "config/limits/limits.h"
#include "config/limits/models.h"
#include "config/settings/setting.h"

namespace hf::settings {

// The words of vocabulary/right.h, in their order: asserted where they are taken for it.
inline constexpr std::string_view kRightChoices = "none|view|operate|configure|administer";

// clang-format off
inline constexpr std::array kMachineGroups{
    duration("sensors.period", Effect::at_once, seconds(1), limits::kBoard.sample_period_least, hours(1),
        "how often a sensor is read, where its driver asks; a recording keeps its own time"),
    real("sensors.dead_band", Effect::at_once, 0, 0, 1e9,
        "a change of at most this much is not kept; 0: every reading is"),
    duration("sensors.max_silence", Effect::at_once, Duration{}, Duration{}, hours(24),
        "within the dead band, a reading is kept at least this often; 0: every one is, whatever the dead band"),
    duration("sensors.stale_after", Effect::at_once, seconds(5), seconds(1), hours(24), "a value this old is stale"),
    duration("sensors.stuck_after", Effect::at_once, Duration{}, Duration{}, days(30),
        "a value unchanged for so long is marked stuck; 0: it is not"),
    count("sensors.rate_max", Effect::at_once, 10, 1, 1000, "readings a second; more is a flood, counted and not kept"),
    count("nodes.breaker.failures", Effect::at_once, 5, 1, 100,
        "so many failed scans in a row, and a field device is not asked for a while"),
    duration("nodes.breaker.open", Effect::at_once, seconds(30), seconds(1), hours(1),
        "for how long; then one of its sensors is asked"),
    duration("nodes.breaker.probe", Effect::at_once, seconds(10), seconds(1), minutes(10),
        "how long its answer may take"),
    duration("alerts.delay", Effect::at_once, Duration{}, Duration{}, hours(1),
        "a condition holds for so long before an alert is raised, where the rule does not say"),
    real("alerts.hysteresis", Effect::at_once, 0, 0, 1e9,
        "so far within the limit a value returns before the alert ends, where the rule does not say"),
    boolean("alerts.latch", Effect::at_once, false,
        "an alert stays raised until a person resolves it, where the rule does not say"),
    count("alerts.flapping.raises", Effect::at_once, 5, 2, 100,
        "raised so many times within the span an alert is flapping: it stays raised, and is told once"),
    duration("alerts.flapping.span", Effect::at_once, minutes(10), seconds(10), hours(24),
        "the span; flapping ends when the condition was over for so long"),
    boolean("models.signed_only", Effect::at_once, true, "models whose signature is not by a known key are refused"),
    bytes("models.bytes", Effect::at_once, 256.0 * limits::kKiB, 0, limits::kModelsBytesMost,
        "flash for uploaded models"),
    count("activity.entries", Effect::at_once, 1000, 100, limits::kActivityEntriesMax,
        "what happened lately: so many entries are kept"),
};

// How changes of documents go up, per collection. Models and settings steer the gateway itself: they
// always do, as equipment does by default.
inline constexpr std::array kSyncGroups{
    boolean("sync.equipment.coalesce", Effect::at_once, true,
        "of changes to equipment, sensors and rules that follow soon only the last one is sent"),
    boolean("sync.equipment.upstream", Effect::at_once, true,
        "false: equipment, sensors and rules stay on the gateway"),
    duration("sync.equipment.debounce", Effect::at_once, milliseconds(300), Duration{}, minutes(10),
        "how soon is soon, counted from the first change"),
    count("sync.equipment.batch", Effect::at_once, 10, 1, 16, "so many changes go into the queue with one commit"),
    boolean("sync.nodes.coalesce", Effect::at_once, true, "as sync.equipment.coalesce"),
    boolean("sync.nodes.upstream", Effect::at_once, true, "as sync.equipment.upstream"),
    duration("sync.nodes.debounce", Effect::at_once, milliseconds(300), Duration{}, minutes(10),
        "as sync.equipment.debounce"),
    count("sync.nodes.batch", Effect::at_once, 10, 1, 16, "as sync.equipment.batch"),
    boolean("sync.alerts.coalesce", Effect::at_once, false, "as sync.equipment.coalesce"),
    boolean("sync.alerts.upstream", Effect::at_once, true, "as sync.equipment.upstream"),
    duration("sync.alerts.debounce", Effect::at_once, Duration{}, Duration{}, minutes(10),
        "as sync.equipment.debounce; 0: each change is safe at once"),
    count("sync.alerts.batch", Effect::at_once, 10, 1, 16, "as sync.equipment.batch"),
};

// Who may do what.
inline constexpr std::array kRightsGroup{
    choice("command.rights", Effect::at_once, 3, kRightChoices,
        "the most that commands from upstream may do; what may do what is in docs/operating.md"),
    choice("control.group_rights", Effect::at_once, 3, kRightChoices,
        "the same of who asks on the control socket by its group; root and its owner may do all"),
};

// How settings themselves are changed.
inline constexpr std::array kSettingsGroup{
    duration("settings.probation", Effect::at_once, minutes(10), seconds(30), hours(24),
        "a new version of settings that no receipt confirms within this time is left for the last good one"),
    count("settings.starts_max", Effect::at_once, 3, 1, 20,
        "a new version that is still unconfirmed after so many starts is left too"),
};

// Which system runs: the board's other slot, docs/decisions/0051.
inline constexpr std::array kUpdateGroup{
    choice("update.proof", Effect::at_once, 0, "receipt|health",
        "a new system is kept when upstream has received what it kept, where anything is sent; or when it runs and keeps"),
    duration("update.probation", Effect::at_once, minutes(30), minutes(1), hours(24),
        "a new system that has not proved itself within this time gives way to the one before"),
};
// clang-format on

}  // namespace hf::settings
