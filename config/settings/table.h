// The table of all settings: their one home. What a part of the gateway uses by itself, what the
// file, the environment and an edit may say, what --help, the schema and a refusal tell, all of it
// comes from here.
//
//   Duration window = settings::initial_duration("durability.window");   // an unknown path does
//   constexpr SettingIndex kWindow = settings::at("durability.window");  // not compile
//
// docs/decisions/0041 says why it is code and not a file.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "config/settings/groups/keeping.h"
#include "config/settings/groups/machine.h"
#include "config/settings/groups/uplink.h"
#include "config/settings/setting.h"

namespace hf::settings {

inline constexpr std::size_t kSettingCount =
    kKeepingGroups.size() + kUplinkGroups.size() + kMachineGroups.size() + kSyncGroups.size() +
    kRightsGroup.size() + kSettingsGroup.size() + kUpdateGroup.size();

namespace table {
template <std::size_t... sizes>
consteval auto join(const std::array<Setting, sizes>&... groups) {
  std::array<Setting, (sizes + ...)> all{};
  std::size_t used = 0;
  const auto add = [&](const auto& group) {
    for (const Setting& setting : group) all[used++] = setting;
  };
  (add(groups), ...);
  return all;
}
}  // namespace table

inline constexpr std::array<Setting, kSettingCount> kTable =
    table::join(kKeepingGroups, kUplinkGroups, kMachineGroups, kSyncGroups, kRightsGroup,
                kSettingsGroup, kUpdateGroup);

struct SettingIndex {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(SettingIndex, SettingIndex) = default;
};

constexpr const Setting& setting_at(SettingIndex index) { return kTable[index.value]; }

// The index of a path; kSettingCount: there is none.
constexpr SettingIndex find(std::string_view path) {
  const auto found = std::find_if(kTable.begin(), kTable.end(),
                                  [path](const Setting& setting) { return setting.path == path; });
  return {static_cast<std::uint16_t>(found - kTable.begin())};
}
constexpr bool is_known(SettingIndex index) { return index.value < kSettingCount; }

// Of a path that is written in code: a wrong one does not compile.
consteval SettingIndex at(std::string_view path) {
  const SettingIndex index = find(path);
  static_cast<void>(kTable.at(index.value));
  return index;
}
consteval const Setting& duration_at(std::string_view path) {
  const SettingIndex index = at(path);
  return kTable.at(setting_at(index).kind == Kind::duration ? index.value : kSettingCount);
}
consteval Duration initial_duration(std::string_view path) {
  return {static_cast<std::int64_t>(duration_at(path).initial)};
}
consteval Duration least_duration(std::string_view path) {
  return {static_cast<std::int64_t>(duration_at(path).least)};
}
consteval Duration most_duration(std::string_view path) {
  return {static_cast<std::int64_t>(duration_at(path).most)};
}
template <typename Number>
consteval Number initial(std::string_view path) {
  return static_cast<Number>(setting_at(at(path)).initial);
}
template <typename Number>
consteval Number most(std::string_view path) {
  return static_cast<Number>(setting_at(at(path)).most);
}

// Those that have a text, counted: they are kept apart from the numbers.
inline constexpr std::size_t kTextCount = static_cast<std::size_t>(std::count_if(
    kTable.begin(), kTable.end(), [](const Setting& setting) { return is_textual(setting.kind); }));
inline constexpr std::size_t kTextBytesMax = 127;
inline constexpr std::size_t kPathBytesMax = 48;
inline constexpr std::uint32_t kGroupDepthMax = 4;

// What must hold of every row.
constexpr bool is_sound(const Setting& setting) {
  const bool is_number = !is_textual(setting.kind);
  return setting.path.size() <= kPathBytesMax && setting.path.find('.') != std::string_view::npos &&
         !setting.about.empty() && setting.least <= setting.most &&
         (!is_number || (setting.initial >= setting.least && setting.initial <= setting.most)) &&
         (is_number || (setting.most <= kTextBytesMax &&
                        static_cast<double>(setting.words.size()) <= setting.most));
}
static_assert(std::all_of(kTable.begin(), kTable.end(), is_sound),
              "a row has an unsound path or bounds, or begins outside of them");

constexpr bool each_path_stands_once() {
  for (std::size_t i = 0; i < kSettingCount; ++i) {
    if (find(kTable[i].path).value != i) return false;
  }
  return true;
}
static_assert(each_path_stands_once(), "a path stands twice in the table");

}  // namespace hf::settings
