#include "stores/settings/schema.h"

#include <algorithm>
#include <cmath>

#include "stores/settings/value.h"

namespace hf::stores {
namespace {

using settings::Effect;
using settings::Kind;
using settings::kTable;
using settings::Setting;

constexpr std::string_view kDurationPattern = R"(^[0-9]+(\.[0-9]+)? ?(ms|s|min|h|d)$)";
constexpr std::string_view kBytesPattern = R"(^[0-9]+(\.[0-9]+)? ?(B|kB|MB|GB|KiB|MiB|GiB)$)";
constexpr std::string_view kIdentifierPattern = "^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$";

std::string_view to_text(Effect effect) {
  switch (effect) {
    case Effect::at_once: return "at once";
    case Effect::link: return "at once; the link connects anew";
    case Effect::start: return "with the next start";
  }
  return {};
}

// Whole ones without a decimal point or exponent.
void write_member(std::string_view name, double number, wire::JsonWriter& json) {
  if (number == std::trunc(number)) {
    json.member(name, static_cast<std::int64_t>(number));
  } else {
    json.member(name, number);
  }
}

void write_number(const Setting& setting, std::string_view type, wire::JsonWriter& json) {
  json.member("type", type);
  write_member("minimum", setting.least, json);
  write_member("maximum", setting.most, json);
}

void write_type(const Setting& setting, wire::JsonWriter& json) {
  switch (setting.kind) {
    case Kind::duration:
      json.member("type", "string");
      json.member("pattern", kDurationPattern);
      break;
    case Kind::bytes:
      json.open_array("anyOf");
      json.open_object();
      write_number(setting, "integer", json);
      json.close_object();
      json.open_object();
      json.member("type", "string");
      json.member("pattern", kBytesPattern);
      json.close_object();
      json.close_array();
      break;
    case Kind::count: write_number(setting, "integer", json); break;
    case Kind::real: write_number(setting, "number", json); break;
    case Kind::boolean: json.member("type", "boolean"); break;
    case Kind::choice:
      json.open_array("enum");
      for (std::size_t i = 0; !settings::choice_word(setting, i).empty(); ++i) {
        json.element(settings::choice_word(setting, i));
      }
      json.close_array();
      break;
    case Kind::text:
      json.member("type", "string");
      write_member("maxLength", setting.most, json);
      break;
    case Kind::identifier:
      json.member("type", "string");
      json.member("pattern", kIdentifierPattern);
  }
}

void write_default(const Setting& setting, wire::JsonWriter& json) {
  if (setting.kind == Kind::boolean) {
    json.member("default", setting.initial != 0);
  } else if (setting.kind == Kind::count || setting.kind == Kind::real) {
    write_member("default", setting.initial, json);
  } else {
    json.member("default", format_value(setting, initial_value(setting)).view());
  }
}

void write_setting(const Setting& setting, std::string_view name, wire::JsonWriter& json) {
  json.open_object(name);
  json.member("description", setting.about);
  write_type(setting, json);
  write_default(setting, json);
  json.member("x-range", format_bounds(setting).view());
  json.member("x-in-force", to_text(setting.effect));
  json.close_object();
}

// The groups that a path has in common with the one before it.
std::size_t common_groups(std::string_view a, std::string_view b) {
  std::size_t groups = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()) && a[i] == b[i]; ++i) {
    groups += a[i] == '.' ? 1U : 0U;
  }
  return groups;
}

std::size_t groups_in(std::string_view path) {
  return static_cast<std::size_t>(std::count(path.begin(), path.end(), '.'));
}

std::string_view part(std::string_view path, std::size_t index) {
  for (; index > 0; --index) path.remove_prefix(path.find('.') + 1);
  return path.substr(0, path.find('.'));
}

void open_group(std::string_view name, wire::JsonWriter& json) {
  json.open_object(name);
  json.member("type", "object");
  json.member("additionalProperties", false);
  json.open_object("properties");
}

void close_groups(std::size_t count, wire::JsonWriter& json) {
  for (; count > 0; --count) {
    json.close_object();
    json.close_object();
  }
}

// A group that was closed is not opened again: an object has each name once.
constexpr bool groups_stand_together() {
  for (std::size_t i = 1; i < kTable.size(); ++i) {
    const std::string_view path = kTable[i].path;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos;
         dot = path.find('.', dot + 1)) {
      const std::string_view group = path.substr(0, dot + 1);
      if (kTable[i - 1].path.starts_with(group)) continue;
      for (std::size_t j = 0; j < i; ++j) {
        if (kTable[j].path.starts_with(group)) return false;
      }
    }
  }
  return true;
}
static_assert(groups_stand_together(), "the settings of one group must stand together");

}  // namespace

void write_schema(wire::JsonWriter& json) {
  json.open_object();
  json.member("$schema", "https://json-schema.org/draft/2020-12/schema");
  json.member("title", "Settings of a Holdfast gateway");
  json.member("type", "object");
  json.member("additionalProperties", false);
  json.open_object("properties");
  json.open_object("$schema");
  json.member("type", "string");
  json.close_object();
  std::string_view before;
  for (const Setting& setting : kTable) {
    const std::size_t common = common_groups(before, setting.path);
    close_groups(groups_in(before) - common, json);
    const std::size_t groups = groups_in(setting.path);
    for (std::size_t i = common; i < groups; ++i) open_group(part(setting.path, i), json);
    write_setting(setting, part(setting.path, groups), json);
    before = setting.path;
  }
  close_groups(groups_in(before), json);
  json.close_object();
  json.close_object();
}

}  // namespace hf::stores
