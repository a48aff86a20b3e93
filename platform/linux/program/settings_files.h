// Settings from outside the gateway: DIR/holdfast.json, DIR/conf.d/*.json in order of their names,
// and the environment. docs/formats/settings.md has what stands in them.
//
// Read once, before the start; the heap is open then. All of it is read and all problems are told,
// also when the first file is wrong already.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "stores/settings/layers.h"
#include "stores/settings/problem.h"

namespace hf::program {

struct OutsideSettings {
  stores::SettingLayers base;
  stores::SettingsProblems problems;
  bool is_sound() const { return problems.empty(); }
};

// A folder that does not exist says nothing. `environment`: as the process has it, ends with null.
std::unique_ptr<OutsideSettings> read_outside_settings(const std::string& folder,
                                                       const char* const* environment);

// One text of settings. ok, or invalid: `problems` has more.
Status read_settings_text(std::string text, stores::SettingSet& set,
                          stores::SettingsProblems& problems);

// As lines for standard error: "holdfast: SOURCE: PATH: TEXT".
std::string as_lines(const stores::SettingsProblems& problems);

}  // namespace hf::program
