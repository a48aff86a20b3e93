#include "platform/linux/program/settings_files.h"

#include <algorithm>
#include <filesystem>

#include "platform/linux/program/config_files.h"
#include "stores/settings/reading.h"

namespace hf::program {
namespace {

void read_file(const std::string& path, OutsideSettings& outside) {
  outside.problems.set_source(std::filesystem::path(path).filename().string());
  std::string text;
  if (const Status status = read_whole_file(path, text); !is_ok(status)) {
    outside.problems.add({}, {"it cannot be read (", to_text(status), ")"});
    return;
  }
  stores::SettingSet set;
  if (is_ok(read_settings_text(std::move(text), set, outside.problems))) {
    outside.base.file.put_over(set);
  }
}

// A variable that begins as ours do and is near to one of ours was meant to be one.
void look_for_slip(std::string_view name, stores::SettingsProblems& problems) {
  std::string path(name.substr(stores::kEnvironmentPrefix.size()));
  std::ranges::transform(path, path.begin(), [](unsigned char c) {
    return static_cast<char>(c == '_' ? '.' : std::tolower(c));
  });
  const std::string_view meant = stores::nearest_path(path);
  if (meant.empty()) return;
  std::string variable(stores::kEnvironmentPrefix);
  for (const char c : meant) {
    variable += c == '.' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  }
  problems.add(name, {"there is no such setting: did you mean ", variable, "?"});
}

void read_environment(const char* const* environment, OutsideSettings& outside) {
  outside.problems.set_source("environment");
  for (; environment != nullptr && *environment != nullptr; ++environment) {
    const std::string_view variable = *environment;
    const std::size_t equals = variable.find('=');
    if (!variable.starts_with(stores::kEnvironmentPrefix) || equals == std::string_view::npos) {
      continue;
    }
    const std::string_view name = variable.substr(0, equals);
    const Status status = stores::read_variable(name, variable.substr(equals + 1),
                                                outside.base.environment, outside.problems);
    if (status == Status::not_found) look_for_slip(name, outside.problems);
  }
}

}  // namespace

std::unique_ptr<OutsideSettings> read_outside_settings(const std::string& folder,
                                                       const char* const* environment) {
  auto outside = std::make_unique<OutsideSettings>();
  for (const std::string& file : config_files(folder, "holdfast.json", "conf.d")) {
    read_file(file, *outside);
  }
  read_environment(environment, *outside);
  return outside;
}

Status read_settings_text(std::string text, stores::SettingSet& set,
                          stores::SettingsProblems& problems) {
  const ConfigText json(std::move(text));
  if (json.is_json()) {
    return stores::read_settings(json.root(), stores::SettingsLayer::file, set, problems);
  }
  const wire::JsonFault& fault = json.fault();
  const std::string line = std::to_string(fault.line);
  const std::string column = std::to_string(fault.column);
  if (fault.line == 0) {
    problems.add({}, {fault.problem});
  } else {
    problems.add({}, {"line ", line, ", column ", column, ": ", fault.problem});
  }
  return Status::invalid;
}

std::string as_lines(const stores::SettingsProblems& problems) {
  std::string lines;
  for (const stores::SettingsProblem& problem : problems.list()) {
    lines += "holdfast: ";
    if (!problem.source.empty()) lines.append(problem.source.view()).append(": ");
    if (!problem.path.empty()) lines.append(problem.path.view()).append(": ");
    lines.append(problem.text.view()).append("\n");
  }
  if (problems.left_out() > 0) {
    lines += "holdfast: and " + std::to_string(problems.left_out()) + " more\n";
  }
  return lines;
}

}  // namespace hf::program
