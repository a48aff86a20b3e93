// The value of a setting, and the one way to write it: "10 s", "448 MiB", "hub", "true", "2.5".
//
// What format_value() writes parse_value() reads back to the same value. Units are always written,
// because a duration of 10 has been read as milliseconds by one person and as minutes by another.
#pragma once

#include <string_view>

#include "config/settings/table.h"
#include "stores/settings/problem.h"
#include "vocabulary/fixed_string.h"
#include "wire/json/json_reader.h"

namespace hf::stores {

struct SettingValue {
  double number = 0;                            // see settings::Kind
  FixedString<settings::kTextBytesMax> text{};  // of texts
  friend bool operator==(const SettingValue&, const SettingValue&) = default;
};

using ValueText = FixedString<settings::kTextBytesMax>;

SettingValue initial_value(const settings::Setting& setting);

ValueText format_value(const settings::Setting& setting, const SettingValue& value);

// What it may be, for a person: "from 1 s to 5 min", "hub or broker".
FixedString<160> format_bounds(const settings::Setting& setting);

// As a person writes it on a command line or in the environment.
// ok.  invalid: `problems` has one more, and `value` is unchanged.
Status parse_value(const settings::Setting& setting, std::string_view text, SettingValue& value,
                   SettingsProblems& problems);

// As it stands in JSON: numbers and booleans as such, what has a unit or words as a text.
Status parse_value(const settings::Setting& setting, wire::JsonValue json, SettingValue& value,
                   SettingsProblems& problems);

}  // namespace hf::stores
