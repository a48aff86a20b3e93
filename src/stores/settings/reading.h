// Settings as people write them, read into a set: a JSON object of groups, the environment, or one
// name and one value. Every problem is told, not only the first.
//
//   { "durability": { "window": "10 s" },  "uplink.broker": "hub.example" }
//
// Groups and whole paths mean the same. "$schema" is passed over: editors want it.
#pragma once

#include <string_view>

#include "stores/settings/setting_set.h"

namespace hf::stores {

// Adds what `root` says to `set`. ok: all of it.  invalid: `problems` has more; what was right is
// in the set, which is then of no use.  REQUIRES: `set` says nothing yet of what this text says.
Status read_settings(wire::JsonValue root, SettingsLayer layer, SettingSet& set,
                     SettingsProblems& problems);

// One setting, by its path. As read_settings().
Status read_setting(std::string_view path, std::string_view text, SettingsLayer layer,
                    SettingSet& set, SettingsProblems& problems);

inline constexpr std::string_view kEnvironmentPrefix = "HOLDFAST_";

// A variable: HOLDFAST_DURABILITY_WINDOW=10 s. not_found: it is none of ours; nothing is said.
Status read_variable(std::string_view name, std::string_view text, SettingSet& set,
                     SettingsProblems& problems);

// The known path nearest to one that is not; empty when none is near.
std::string_view nearest_path(std::string_view path);

// Rules between settings, on what would be in force. ok, or invalid: `problems` has more.
Status check_rules(const SettingSet& set, SettingsProblems& problems);

}  // namespace hf::stores
