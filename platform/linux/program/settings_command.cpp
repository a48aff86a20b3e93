#include "platform/linux/program/settings_command.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <vector>

#include "platform/console/words.h"
#include "platform/linux/program/actions.h"
#include "platform/linux/program/asked.h"
#include "platform/linux/program/config_files.h"
#include "platform/linux/program/request_text.h"
#include "platform/linux/program/settings_files.h"
#include "platform/linux/program/show_status.h"
#include "stores/settings/reading.h"
#include "stores/settings/schema.h"
#include "wire/channel/control_line.h"
#include "wire/channel/json_writer.h"
#include "wire/json/json_reader.h"

namespace hf::program {
namespace {

std::string as_words(wire::JsonValue value) {
  if (value.kind() == wire::JsonKind::number) {
    return std::to_string(value.integer().value_or(0));
  }
  return std::string(value.text());
}

// One row for each object of an array, with the members that are named.
void print_objects(wire::JsonValue array, std::initializer_list<std::string_view> members) {
  std::vector<std::vector<std::string>> rows;
  rows.emplace_back();
  for (const std::string_view member : members) {
    std::string head(member);
    std::ranges::transform(head, head.begin(), [](unsigned char c) { return std::toupper(c); });
    rows.back().push_back(head);
  }
  for (const wire::JsonValue object : array) {
    rows.emplace_back();
    for (const std::string_view member : members)
      rows.back().push_back(as_words(object.find(member)));
  }
  print_table(rows);
}

void print_state(wire::JsonValue answer) {
  const std::int64_t left_ms = answer.find("trial_left_ms").integer().value_or(0);
  std::string line = "version " + as_words(answer.find("version")) + ", " +
                     std::string(answer.find("state").text());
  if (left_ms > 0 && answer.find("running_confirms").boolean()) {
    line += ": without a broker, confirmed when it has run for " + std::to_string(left_ms / 1000) +
            " s more";
  } else if (left_ms > 0) {
    line += ": version " + as_words(answer.find("last_good")) + " returns in " +
            std::to_string(left_ms / 1000) + " s unless a receipt confirms it";
  }
  std::puts(line.c_str());
  if (answer.find("files").text() != "in force") {
    std::printf("files and environment: %s\n", std::string(answer.find("files").text()).c_str());
  }
}

void print_one(wire::JsonValue setting) {
  for (const char* member : {"path", "value", "layer", "default", "range", "in_force", "about"}) {
    std::printf("%-9s %s\n", member, std::string(setting.find(member).text()).c_str());
  }
}

void print_settings(wire::JsonValue answer) {
  const wire::JsonValue list = answer.find("settings");
  if (list.count() == 1) {
    print_one(*list.begin());
    return;
  }
  print_objects(list, {"path", "value", "layer", "in_force", "about"});
  print_state(answer);
}

void print_versions(wire::JsonValue answer) {
  print_objects(answer.find("versions"), {"version", "state", "by", "author", "parent", "comment"});
  print_state(answer);
}

void print_changes(wire::JsonValue answer) {
  print_objects(answer.find("changes"), {"path", "from", "to"});
}

void print_templates(wire::JsonValue answer) {
  print_objects(answer.find("templates"), {"name", "about", "says"});
}

int ask_and_print(const Options& options, std::string_view verb, std::string_view arguments,
                  void (*print)(wire::JsonValue answer)) {
  Asked asked;
  if (const int status = asked.ask(options, verb, arguments); status != kWell) return status;
  if (options.json) {
    std::puts(std::string(asked.text()).c_str());
  } else {
    print(asked.answer());
  }
  return kWell;
}

void write_value(const settings::Setting& setting, const stores::SettingValue& value,
                 wire::JsonWriter& json) {
  switch (setting.kind) {
    case settings::Kind::boolean: json.member(setting.path, value.number != 0); break;
    case settings::Kind::count:
    case settings::Kind::real: json.member(setting.path, value.number); break;
    default: json.member(setting.path, stores::format_value(setting, value).view());
  }
}

// NAME=VALUE…, or NAME VALUE.
bool read_pairs(Words words, stores::SettingSet& set, stores::SettingsProblems& problems) {
  if (words.size() == 2 && words[0].find('=') == std::string::npos) {
    return is_ok(
        stores::read_setting(words[0], words[1], stores::SettingsLayer::local, set, problems));
  }
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      problems.add(word, {"it has no value: write NAME=VALUE"});
      continue;
    }
    static_cast<void>(stores::read_setting(word.substr(0, equals), word.substr(equals + 1),
                                           stores::SettingsLayer::local, set, problems));
  }
  return problems.empty();
}

int list(const Options& options, Words words) {
  RequestText request;
  if (!words.empty()) request.json().member("name", words[0]);
  return ask_and_print(options, "settings", request.text(), print_settings);
}

int set(const Options& options, Words words) {
  stores::SettingSet set;
  stores::SettingsProblems problems;
  if (!read_pairs(words, set, problems)) {
    std::fputs(as_lines(problems).c_str(), stderr);
    return kWrongCommandLine;
  }
  RequestText request;
  request.json().open_object("set");
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const settings::SettingIndex index{i};
    if (set.says(index)) write_value(settings::setting_at(index), set.value(index), request.json());
  }
  request.json().close_object();
  request.sign(options);
  return ask_and_print(options, "settings.set", request.text(), print_state);
}

int clear(const Options& options, Words words) {
  RequestText request;
  request.json().open_array("clear");
  for (const std::string& word : words) request.json().element(word);
  request.json().close_array();
  request.sign(options);
  return ask_and_print(options, "settings.set", request.text(), print_state);
}

int apply_template(const Options& options, Words words) {
  RequestText request;
  request.json().member("template", words[0]);
  request.sign(options);
  return ask_and_print(options, "settings.set", request.text(), print_state);
}

int history(const Options& options, Words /*words*/) {
  return ask_and_print(options, "settings.history", {}, print_versions);
}

bool read_version_number(const std::string& word, std::uint32_t& number) {
  const auto end = std::from_chars(word.data(), word.data() + word.size(), number);
  if (end.ec == std::errc{} && end.ptr == word.data() + word.size()) return true;
  print_error("'" + word + "' is no version: `holdfast settings history` shows their numbers");
  return false;
}

int diff(const Options& options, Words words) {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  if (!read_version_number(words[0], from) || !read_version_number(words[1], to)) {
    return kWrongCommandLine;
  }
  RequestText request;
  request.json().member("from", from);
  request.json().member("to", to);
  return ask_and_print(options, "settings.diff", request.text(), print_changes);
}

int revert(const Options& options, Words words) {
  std::uint32_t number = 0;
  if (!read_version_number(words[0], number)) return kWrongCommandLine;
  RequestText request;
  request.json().member("version", number);
  request.sign(options);
  return ask_and_print(options, "settings.revert", request.text(), print_state);
}

int confirm(const Options& options, Words /*words*/) {
  return ask_and_print(options, "settings.confirm", {}, print_state);
}

int templates(const Options& options, Words /*words*/) {
  return ask_and_print(options, "settings.templates", {}, print_templates);
}

int check(const Options& /*options*/, Words words) {
  stores::SettingSet set;
  stores::SettingsProblems problems;
  std::string text;
  problems.set_source(words[0]);
  if (const Status status = read_whole_file(words[0], text); !is_ok(status)) {
    problems.add({}, {"it cannot be read (", to_text(status), ")"});
  } else if (is_ok(read_settings_text(text, set, problems))) {
    static_cast<void>(is_ok(stores::check_rules(set, problems)));
  }
  std::fputs(as_lines(problems).c_str(), stderr);
  if (!problems.empty()) return kFailed;
  std::printf("%s: good\n", words[0].c_str());
  return kWell;
}

int schema(const Options& /*options*/, Words /*words*/) {
  std::vector<char> room(wire::kControlAnswerBytesMax);
  wire::JsonWriter json(room);
  stores::write_schema(json);
  std::fputs(as_indented(json.text()).c_str(), stdout);
  return kWell;
}

// clang-format off
constexpr std::array kActions{
    Action{"list",      0, 1,   list,           "list [GROUP]"},
    Action{"get",       1, 1,   list,           "get NAME"},
    Action{"set",       1, 200, set,            "set NAME=VALUE..."},
    Action{"clear",     1, 200, clear,          "clear NAME..."},
    Action{"history",   0, 0,   history,        "history"},
    Action{"diff",      2, 2,   diff,           "diff VERSION VERSION"},
    Action{"revert",    1, 1,   revert,         "revert VERSION"},
    Action{"confirm",   0, 0,   confirm,        "confirm"},
    Action{"templates", 0, 0,   templates,      "templates"},
    Action{"apply",     1, 1,   apply_template, "apply TEMPLATE"},
    Action{"check",     1, 1,   check,          "check FILE"},
    Action{"schema",    0, 0,   schema,         "schema"},
};
// clang-format on

int no_such_action(const std::string& word) {
  std::vector<std::string_view> known;
  std::string all;
  for (const Action& action : kActions) {
    known.push_back(action.word);
    all += "\n  holdfast settings " + std::string(action.usage);
  }
  const std::string meant = console::did_you_mean(word, known);
  return print_error("settings: there is no '" + word + "'" + (meant.empty() ? ":" + all : meant));
}

}  // namespace

int run_settings(const Options& options) {
  return run_action(kActions, "settings", options, no_such_action);
}

}  // namespace hf::program
