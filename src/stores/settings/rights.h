// Which settings say who may do what. Changing one of them takes the right to administer, whatever
// else may be configured: nobody gives himself more than he has.
#pragma once

#include "stores/settings/settings.h"

namespace hf::stores {

constexpr bool is_about_rights(const settings::Setting& setting) {
  return setting.path.starts_with("command.") || setting.path.starts_with("control.");
}

// Whether another version would say something else about rights than the one in force.
inline bool differ_in_rights(const SettingSet& before, const SettingSet& after) {
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const settings::SettingIndex index{i};
    if (!is_about_rights(settings::kTable[i])) continue;
    if (!(before.value(index) == after.value(index))) return true;
  }
  return false;
}

// Whether an edit says, or says no more, something about rights that is not in force already.
inline bool changes_rights(const Settings& settings, const SettingsEdit& edit) {
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const settings::SettingIndex index{i};
    if (!is_about_rights(settings::kTable[i])) continue;
    const bool says_other = edit.changes.says(index) &&
                            !(edit.changes.value(index) == settings.in_force().value(index));
    if (says_other || (edit.cleared[i] && settings.layers().edits.says(index))) return true;
  }
  return false;
}

}  // namespace hf::stores
