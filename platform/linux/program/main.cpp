// holdfast: the program. Finds out what was asked, and does it.
#include <unistd.h>

#include <cstdio>

#include "platform/linux/program/ask.h"
#include "platform/linux/program/command_line.h"
#include "platform/linux/program/core_role.h"
#include "platform/linux/program/settings_command.h"
#include "platform/linux/program/show_status.h"

namespace {

using namespace hf;

constexpr int kWell = 0;
constexpr int kFailed = 1;
constexpr int kWrongCommandLine = 2;
constexpr int kNoGateway = 3;

int show(const program::Options& options, const char* verb) {
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
    std::fprintf(stderr, "holdfast: %s\n", answer.c_str());
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
    case program::Command::status: return show(options, "status");
    case program::Command::sensors: return show(options, "sensors");
    case program::Command::settings: return program::run_settings(options);
    case program::Command::version: std::puts("holdfast " HOLDFAST_VERSION); return kWell;
    case program::Command::help: std::fputs(program::help_text().c_str(), stdout); return kWell;
  }
  return kFailed;
}
