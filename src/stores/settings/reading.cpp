#include "stores/settings/reading.h"

#include <algorithm>
#include <array>

#include "wire/channel/control_line.h"

namespace hf::stores {
namespace {

using settings::kTable;
using settings::Setting;
using settings::SettingIndex;

using Path = FixedString<2 * settings::kPathBytesMax>;

constexpr auto kPaths = [] {
  std::array<std::string_view, settings::kSettingCount> paths;
  for (std::size_t i = 0; i < paths.size(); ++i) paths[i] = kTable[i].path;
  return paths;
}();

bool is_group(std::string_view path) {
  return std::any_of(kTable.begin(), kTable.end(), [path](const Setting& setting) {
    return setting.path.size() > path.size() && setting.path.starts_with(path) &&
           setting.path[path.size()] == '.';
  });
}

Status unknown(std::string_view path, SettingsProblems& problems) {
  const std::string_view meant = nearest_path(path);
  if (meant.empty()) {
    problems.add(path, {"there is no such setting: `holdfast settings` lists them all"});
  } else {
    problems.add(path, {"there is no such setting: did you mean ", meant, "?"});
  }
  return Status::invalid;
}

Status must_be_new(SettingIndex index, const SettingSet& set, SettingsProblems& problems) {
  if (!set.says(index)) return Status::ok;
  problems.add(settings::setting_at(index).path, {"it stands twice in one text: leave one"});
  return Status::invalid;
}

class Reading {
 public:
  Reading(SettingsLayer layer, SettingSet& set, SettingsProblems& problems)
      : layer_(layer), set_(set), problems_(problems) {}

  void group(wire::JsonValue object, const Path& prefix) {
    for (const wire::JsonValue member : object) {
      if (prefix.empty() && member.name() == "$schema") continue;
      Path path = prefix;
      const bool fits = is_ok(path.try_append(prefix.empty() ? "" : ".")) &&
                        is_ok(path.try_append(member.name()));
      if (!fits) {
        problems_.add(prefix.view(), {"a name in it is too long to be a setting"});
        continue;
      }
      one(member, path);
    }
  }

 private:
  void one(wire::JsonValue member, const Path& path) {
    const SettingIndex index = settings::find(path.view());
    const bool is_object = member.kind() == wire::JsonKind::object;
    if (!settings::is_known(index)) {
      if (is_object) {
        group(member, path);
      } else if (is_group(path.view())) {
        problems_.add(path.view(), {"it is a group of settings: write an object, { … }"});
      } else {
        static_cast<void>(unknown(path.view(), problems_));
      }
      return;
    }
    SettingValue value;
    if (!is_ok(must_be_new(index, set_, problems_))) return;
    if (is_ok(parse_value(settings::setting_at(index), member, value, problems_))) {
      set_.put(index, value, layer_);
    }
  }

  SettingsLayer layer_;
  SettingSet& set_;
  SettingsProblems& problems_;
};

char as_in_variable(char c) {
  if (c == '.') return '_';
  return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

constexpr bool variables_differ() {
  for (const Setting& a : kTable) {
    for (const Setting& b : kTable) {
      if (&a == &b || a.path.size() != b.path.size()) continue;
      const bool same =
          std::equal(a.path.begin(), a.path.end(), b.path.begin(),
                     [](char x, char y) { return (x == '.' ? '_' : x) == (y == '.' ? '_' : y); });
      if (same) return false;
    }
  }
  return true;
}
static_assert(variables_differ(), "two settings have one name in the environment");

// One may not be greater than the other.
struct Rule {
  SettingIndex lesser;
  SettingIndex greater;
  std::string_view why;
};
constexpr std::array kRules{
    Rule{settings::at("durability.window"), settings::at("durability.batch_period"),
         "a batch holds at least one window"},
    Rule{settings::at("durability.window"), settings::at("settings.probation"),
         "else no receipt could come in time to confirm a version"},
    Rule{settings::at("uplink.backoff.first"), settings::at("uplink.backoff.cap"),
         "the first wait is the shortest"},
    Rule{settings::at("uplink.live.period_least"), settings::at("uplink.live.period_most"),
         "the least is not above the most"},
    Rule{settings::at("uplink.live.period_least_metered"), settings::at("uplink.live.period_most"),
         "the least is not above the most"},
};

}  // namespace

std::string_view nearest_path(std::string_view path) { return wire::nearest_word(path, kPaths); }

Status read_settings(wire::JsonValue root, SettingsLayer layer, SettingSet& set,
                     SettingsProblems& problems) {
  const std::uint32_t before = problems.count();
  if (root.kind() != wire::JsonKind::object) {
    problems.add({}, {"settings are one JSON object, { … }"});
    return Status::invalid;
  }
  Reading(layer, set, problems).group(root, {});
  return problems.count() == before ? Status::ok : Status::invalid;
}

Status read_setting(std::string_view path, std::string_view text, SettingsLayer layer,
                    SettingSet& set, SettingsProblems& problems) {
  const SettingIndex index = settings::find(path);
  if (!settings::is_known(index)) return unknown(path, problems);
  SettingValue value;
  HF_TRY(must_be_new(index, set, problems));
  HF_TRY(parse_value(settings::setting_at(index), text, value, problems));
  set.put(index, value, layer);
  return Status::ok;
}

Status read_variable(std::string_view name, std::string_view text, SettingSet& set,
                     SettingsProblems& problems) {
  if (!name.starts_with(kEnvironmentPrefix)) return Status::not_found;
  const std::string_view rest = name.substr(kEnvironmentPrefix.size());
  for (const Setting& setting : kTable) {
    const bool same = setting.path.size() == rest.size() &&
                      std::equal(rest.begin(), rest.end(), setting.path.begin(),
                                 [](char a, char b) { return a == as_in_variable(b); });
    if (same) return read_setting(setting.path, text, SettingsLayer::environment, set, problems);
  }
  return Status::not_found;
}

Status check_rules(const SettingSet& set, SettingsProblems& problems) {
  const std::uint32_t before = problems.count();
  for (const Rule& rule : kRules) {
    if (set.number(rule.lesser) <= set.number(rule.greater)) continue;
    const Setting& lesser = settings::setting_at(rule.lesser);
    const Setting& greater = settings::setting_at(rule.greater);
    problems.add(
        lesser.path,
        {format_value(lesser, set.value(rule.lesser)).view(), " is more than ", greater.path,
         ", which is ", format_value(greater, set.value(rule.greater)).view(), ": ", rule.why});
  }
  return problems.count() == before ? Status::ok : Status::invalid;
}

}  // namespace hf::stores
