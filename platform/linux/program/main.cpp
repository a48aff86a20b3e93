// holdfast: the program. Finds out what was asked, and does it.
#include <poll.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "documents/names.h"
#include "platform/linux/program/activity_command.h"
#include "platform/linux/program/asked.h"
#include "platform/linux/program/command_line.h"
#include "platform/linux/program/core_role.h"
#include "platform/linux/program/models_command.h"
#include "platform/linux/program/settings_command.h"
#include "platform/linux/program/show_status.h"
#include "platform/linux/program/state_words.h"

namespace {

using namespace hf;

using program::kFailed;
using program::kWell;
using program::kWrongCommandLine;

// Whoever sits there: sudo tells who it was before.
std::string author() {
  for (const char* const name : {"SUDO_USER", "USER", "LOGNAME"}) {
    const char* const value = std::getenv(name);
    if (value != nullptr && documents::is_author(value)) return value;
  }
  return "local";
}

int show(const program::Options& options, const std::string& verb);

// Tells how far a push or pull is, a line whenever that changes, until all of it is in the queue.
// A link that is down holds nothing up: what is in the queue goes when there is one.
int follow(const program::Options& options) {
  constexpr int kTurns = 600;
  constexpr int kTurnMs = 100;
  std::string before;
  for (int turn = 0; turn < kTurns; ++turn) {
    ::poll(nullptr, 0, kTurnMs);
    program::Asked asked;
    if (const int status = asked.ask(options, "sync.progress", {}); status != kWell) return status;
    const wire::JsonValue now = asked.answer();
    const auto all = now.find("push_all").integer().value_or(0);
    const auto left = now.find("push_left").integer().value_or(0);
    const auto unsent = now.find("events_to_send").integer().value_or(0);
    const std::string line = std::to_string(all - left) + " of " + std::to_string(all) +
                             " in the queue, " + std::to_string(unsent) + " to be sent";
    if (line != before) std::puts(line.c_str());
    before = line;
    if (left == 0) return kWell;
  }
  return kWell;
}

int ask_about_state(const program::Options& options) {
  std::string line;
  std::string problem;
  const std::string by = options.author.empty() ? author() : options.author;
  if (!program::make_request(options.subject, options.words, by, line, problem)) {
    std::fprintf(stderr, "holdfast: %s\n", problem.c_str());
    return kWrongCommandLine;
  }
  const int code = show(options, line);
  const bool is_bulk =
      options.subject == "sync" && !options.words.empty() && options.words[0] != "progress";
  return code == kWell && is_bulk && !options.json ? follow(options) : code;
}

int show(const program::Options& options, const std::string& verb) {
  program::Asked asked;
  if (const int status = asked.ask(options, verb, {}); status != kWell) return status;
  const std::string inner(asked.text());
  std::fputs(options.json ? (inner + '\n').c_str() : program::as_outline(inner).c_str(), stdout);
  return kWell;
}

// The board's own way of installing, in its image (config/image): RAUC behind a few checks.
int install(const program::Options& options) {
  constexpr const char* kInstaller = "/usr/lib/holdfast/update";
  ::execl(kInstaller, kInstaller, options.words.front().c_str(), nullptr);
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
    case program::Command::activity: return program::run_activity(options);
    case program::Command::models: return program::run_models(options);
    case program::Command::settings: return program::run_settings(options);
    case program::Command::version: std::puts("holdfast " HOLDFAST_VERSION); return kWell;
    case program::Command::help: std::fputs(program::help_text().c_str(), stdout); return kWell;
  }
  return kFailed;
}
