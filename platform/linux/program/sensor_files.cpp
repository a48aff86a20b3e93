#include "platform/linux/program/sensor_files.h"

#include <algorithm>
#include <array>
#include <filesystem>

#include "platform/console/words.h"
#include "platform/linux/program/config_files.h"
#include "state/collections.h"
#include "state/schema.h"
#include "surfaces/control/document_json.h"

namespace hf::program {
namespace {

using console::did_you_mean;
using documents::Part;

constexpr std::string_view kAllOfThem = "*";

// One file.
class Reading {
 public:
  Reading(std::string name, const std::vector<std::string>& known, SensorFiles& files)
      : name_(std::move(name)), known_(known), files_(files) {}

  void take(wire::JsonValue root) {
    if (root.kind() != wire::JsonKind::object) return complain("", "an object of equipment");
    for (const wire::JsonValue equipment : root) {
      if (equipment.name() == "$schema") continue;
      const std::vector<std::string_view> sensors = sensors_of(equipment.name());
      if (sensors.empty()) {
        complain(equipment.name(),
                 "there is no such equipment" + did_you_mean(equipment.name(), all_equipment()));
      } else if (equipment.kind() != wire::JsonKind::object) {
        complain(equipment.name(), "an object of sensors is wanted");
      } else {
        for (const wire::JsonValue sensor : equipment)
          take_sensor(equipment.name(), sensor, sensors);
      }
    }
  }
  void complain(std::string_view where, const std::string& what) {
    files_.problems.push_back(name_ + (where.empty() ? "" : ": ") + std::string(where) + ": " +
                              what);
  }

 private:
  static std::string_view equipment_in(std::string_view key) {
    return key.substr(0, key.find('.'));
  }

  std::vector<std::string_view> sensors_of(std::string_view equipment) const {
    std::vector<std::string_view> sensors;
    for (const std::string& key : known_) {
      if (!key.starts_with(std::string(equipment) + ".")) continue;
      sensors.push_back(std::string_view{key}.substr(equipment.size() + 1));
    }
    return sensors;
  }
  std::vector<std::string_view> all_equipment() const {
    std::vector<std::string_view> all;
    for (const std::string& key : known_) all.push_back(equipment_in(key));
    return all;
  }

  void take_sensor(std::string_view equipment, wire::JsonValue sensor,
                   std::span<const std::string_view> known) {
    const std::string where = std::string(equipment) + "." + std::string(sensor.name());
    const bool is_all = sensor.name() == kAllOfThem;
    if (!is_all && std::ranges::find(known, sensor.name()) == known.end()) {
      return complain(where, "there is no such sensor" + did_you_mean(sensor.name(), known));
    }
    if (sensor.kind() != wire::JsonKind::object) return complain(where, "an object is wanted");
    stores::SensorWords words;
    for (const wire::JsonValue word : sensor) take_word(where, word, words);
    if (words.values.low_limit > words.values.high_limit) {
      const bool are_both =
          words.says(stores::word_at("low_limit")) && words.says(stores::word_at("high_limit"));
      if (are_both) return complain(where, "low_limit is above high_limit: nothing of it is taken");
    }
    for (const std::string_view name : known) {
      if (!is_all && name != sensor.name()) continue;
      files_.words[std::string(equipment) + "." + std::string(name)].put_over(words);
    }
  }

  void take_word(const std::string& where, wire::JsonValue word, stores::SensorWords& words) {
    const std::string path = where + "." + std::string(word.name());
    const bool is_word =
        std::ranges::find(stores::sensor_words(), word.name(), &stores::SensorWord::name) !=
        stores::sensor_words().end();
    if (!is_word) {
      std::vector<std::string_view> names;
      for (const stores::SensorWord& each : stores::sensor_words()) names.push_back(each.name);
      return complain(path, "there is no such word" + did_you_mean(word.name(), names));
    }
    // What may be reported may be said here; people's documents say all but the node.
    const state::FieldRule* const rule =
        state::rule_of(state::kSensors, {Part::reported, word.name()});
    documents::Value value;
    const bool fits = rule != nullptr && is_ok(surfaces::read_value(word, *rule, value)) &&
                      is_ok(state::judge(state::kSensors, rule_name(word.name()), value)) &&
                      !value.is_nothing();
    const bool is_name = word.name() != "node" || is_identifier(value.as_text());
    if (!fits || !is_name) return complain(path, "not a value of this word" + bounds_of(*rule));
    static_cast<void>(words.say(word.name(), value));  // it is a word
  }

  static documents::FieldName rule_name(std::string_view word) { return {Part::reported, word}; }
  static std::string bounds_of(const state::FieldRule& rule) {
    std::array<char, 96> text{};
    if (rule.kind == documents::ValueKind::text) {
      std::snprintf(text.data(), text.size(), ": a text of at most %.0f bytes", rule.most);
    } else {
      std::snprintf(text.data(), text.size(), ": a number from %g to %g", rule.least, rule.most);
    }
    return text.data();
  }

  std::string name_;
  const std::vector<std::string>& known_;
  SensorFiles& files_;
};

}  // namespace

SensorFiles read_sensor_files(const std::string& folder, const std::vector<std::string>& known) {
  SensorFiles files;
  for (const std::string& path : config_files(folder, "sensors.json", "sensors.d")) {
    Reading reading(std::filesystem::path(path).filename().string(), known, files);
    std::string text;
    if (const Status status = read_whole_file(path, text); !is_ok(status)) {
      reading.complain("", "it cannot be read (" + std::string(to_text(status)) + ")");
      continue;
    }
    const ConfigText json(std::move(text));
    if (json.is_json()) {
      reading.take(json.root());
    } else {
      const wire::JsonFault& fault = json.fault();
      reading.complain("line " + std::to_string(fault.line), std::string(fault.problem));
    }
  }
  return files;
}

}  // namespace hf::program
