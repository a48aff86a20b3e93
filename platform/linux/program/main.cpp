// holdfast: the program. Finds out what was asked, and does it.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "documents/names.h"
#include "platform/linux/program/ask.h"
#include "platform/linux/program/command_line.h"
#include "platform/linux/program/core_role.h"
#include "platform/linux/program/settings_command.h"
#include "platform/linux/program/show_status.h"
#include "platform/linux/program/state_words.h"
#include "wire/json/json_reader.h"

namespace {

using namespace hf;

constexpr int kWell = 0;
constexpr int kFailed = 1;
constexpr int kWrongCommandLine = 2;
constexpr int kNoGateway = 3;

// What a refusal says to a person; the answer itself where it is none.
std::string sentence_of(const std::string& answer) {
  std::vector<std::byte> memory(16 * answer.size() + 4096);
  wire::JsonReader json(memory);
  if (!is_ok(json.read(answer)) || !json.root().find("text").present()) return answer;
  std::string text(json.root().find("text").text());
  const std::string_view meant = json.root().find("did_you_mean").text();
  if (!meant.empty()) text += ": did you mean '" + std::string(meant) + "'?";
  return text;
}

// Whoever sits there: sudo tells who it was before.
std::string author() {
  for (const char* const name : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && documents::is_author(value)) return value;
  }
  return "local";
}

int show(const program::Options& options, const std::string& verb);

int ask_about_state(const program::Options& options) {
  std::string line;
  std::string problem;
  const std::string by = options.author.empty() ? author() : options.author;
  if (!program::make_request(options.subject, options.words, by, line, problem)) {
    std::fprintf(stderr, "holdfast: %s\n", problem.c_str());
    return kWrongCommandLine;
  }
  return show(options, line);
}

int show(const program::Options& options, const std::string& verb) {
  std::string answer;
  if (const Status status = program::ask(program::control_path(options), verb, answer);
      !is_ok(status)) {
    std::fprintf(stderr,
                 "holdfast: no gateway answers at %s (%.*s): is it running with this --state?\n",
                 program::control_path(options).c_str(), static_cast<int>(to_text(status).size()),
                 to_text(status).data());
    return kNoGateway;
  }
  constexpr std::string_view kBefore = R"({"ok":true,"answer":)";
  if (!answer.starts_with(kBefore)) {
    std::fprintf(stderr, "holdfast: %s\n", sentence_of(answer).c_str());
    return kFailed;
  }
  const std::string inner = answer.substr(kBefore.size(), answer.size() - kBefore.size() - 1);
  std::fputs(options.json ? (inner + '\n').c_str() : program::as_outline(inner).c_str(), stdout);
  return kWell;
}

// The board's own way of installing, in its image (config/image): RAUC behind a few checks.
int install(const program::Options& options) {
  constexpr const char* kInstaller = "/usr/lib/holdfast/update";
  ::execl(kInstaller, kInstaller, options.bundle.c_str(), nullptr);
  std::fprintf(stderr, "holdfast: this machine has no second slot to update: no %s\n", kInstaller);
  return kFailed;
}

}  // namespace

int main(int count, char** words) {
  program::Options options;
  std::string problem;
  if (!program::read_command_line({words + 1, static_cast<std::size_t>(count - 1)}, options,
                                  problem)) {
    std::fprintf(stderr, "holdfast: %s\n", problem.c_str());
    return kWrongCommandLine;
  }
  switch (options.command) {
    case program::Command::run: return program::run_core(options);
    case program::Command::update: return install(options);
    case program::Command::state_words: return ask_about_state(options);
    case program::Command::status: return show(options, "status");
    case program::Command::sensors: return show(options, "sensors");
    case program::Command::settings: return program::run_settings(options);
    case program::Command::version: std::puts("holdfast " HOLDFAST_VERSION); return kWell;
    case program::Command::help: std::fputs(program::help_text().c_str(), stdout); return kWell;
  }
  return kFailed;
}
