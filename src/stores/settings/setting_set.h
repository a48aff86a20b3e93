// A value for every setting, and the layer it comes from. Where nobody said anything, it is the
// built-in one.
//
// A set says what one layer says (a file, the environment, the edits), and put_over() lays one upon
// another; what comes out at the top is what is in force. About 4 KiB; copied as it is.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "config/settings/table.h"
#include "stores/settings/value.h"

namespace hf::stores {

// Lowest first: a later one wins over an earlier one.
enum class SettingsLayer : std::uint8_t { built_in, file, environment, local, remote };
inline constexpr std::size_t kSettingsLayers = 5;

constexpr std::string_view to_text(SettingsLayer layer) {
  constexpr std::array<std::string_view, kSettingsLayers> kWords{"built-in", "file", "environment",
                                                                 "local", "remote"};
  return kWords[static_cast<std::size_t>(layer) % kSettingsLayers];
}
// Edits are one layer: of a local and a remote one the later wins, wherever it was made.
constexpr bool is_edit(SettingsLayer layer) { return layer >= SettingsLayer::local; }

class SettingSet {
 public:
  SettingSet();  // all built in

  bool says(settings::SettingIndex index) const {
    return layers_[index.value] != SettingsLayer::built_in;
  }
  SettingsLayer layer(settings::SettingIndex index) const { return layers_[index.value]; }
  SettingValue value(settings::SettingIndex index) const;

  // REQUIRES: the value is one that parse_value() answered for this setting.
  void put(settings::SettingIndex index, const SettingValue& value, SettingsLayer layer);
  void clear(settings::SettingIndex index);

  // Everything that `upper` says is then said here too.
  void put_over(const SettingSet& upper);

  double number(settings::SettingIndex index) const { return numbers_[index.value]; }
  Duration duration(settings::SettingIndex index) const {
    return {static_cast<std::int64_t>(numbers_[index.value])};
  }
  bool boolean(settings::SettingIndex index) const { return numbers_[index.value] != 0; }
  template <typename Number>
  Number whole(settings::SettingIndex index) const {
    return static_cast<Number>(numbers_[index.value]);
  }
  // Of a text; else empty. Good until that setting is put or cleared.
  std::string_view text(settings::SettingIndex index) const;

  // The same values from the same layers.
  friend bool operator==(const SettingSet&, const SettingSet&) = default;

 private:
  std::array<double, settings::kSettingCount> numbers_;
  std::array<SettingsLayer, settings::kSettingCount> layers_{};
  std::array<FixedString<settings::kTextBytesMax>, settings::kTextCount> texts_;
};

// The same values, wherever they come from.
bool equal_values(const SettingSet& a, const SettingSet& b);

}  // namespace hf::stores
