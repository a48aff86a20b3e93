#include "platform/linux/program/settings_files.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include "stores/settings/reading.h"
#include "wire/json/json_comments.h"
#include "wire/json/json_reader.h"

namespace hf::program {
namespace {

constexpr std::size_t kFileBytesMax = 256 * limits::kKiB;
// The densest JSON has a value for every two characters.
constexpr std::size_t kTreeBytesPerCharacter = 48;

std::vector<std::string> settings_files(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  if (std::filesystem::exists(folder + "/holdfast.json", error)) {
    files.push_back(folder + "/holdfast.json");
  }
  std::vector<std::string> dropped_in;
  for (const auto& entry : std::filesystem::directory_iterator(folder + "/conf.d", error)) {
    if (entry.path().extension() == ".json") dropped_in.push_back(entry.path().string());
  }
  std::ranges::sort(dropped_in);
  files.insert(files.end(), dropped_in.begin(), dropped_in.end());
  return files;
}

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
  for (const std::string& file : settings_files(folder)) read_file(file, *outside);
  read_environment(environment, *outside);
  return outside;
}

Status read_settings_text(std::string text, stores::SettingSet& set,
                          stores::SettingsProblems& problems) {
  wire::blank_comments(text);
  std::vector<std::byte> memory(4096 + text.size() * kTreeBytesPerCharacter);
  wire::JsonReader json(memory);
  wire::JsonFault fault;
  if (is_ok(json.read(text, fault))) {
    return stores::read_settings(json.root(), stores::SettingsLayer::file, set, problems);
  }
  const std::string line = std::to_string(fault.line);
  const std::string column = std::to_string(fault.column);
  if (fault.line == 0) {
    problems.add({}, {fault.problem});
  } else {
    problems.add({}, {"line ", line, ", column ", column, ": ", fault.problem});
  }
  return Status::invalid;
}

Status read_whole_file(const std::string& path, std::string& text) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return Status::not_found;
  if (std::filesystem::file_size(path, error) > kFileBytesMax || error) return Status::full;
  std::ifstream file(path, std::ios::binary);
  std::stringstream content;
  content << file.rdbuf();
  text = content.str();
  return file.good() || file.eof() ? Status::ok : Status::unavailable;
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
