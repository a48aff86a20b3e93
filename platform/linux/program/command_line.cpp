#include "platform/linux/program/command_line.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "config/limits/limits.h"
#include "vocabulary/identifiers.h"
#include "wire/channel/control_line.h"

namespace hf::program {
namespace {

struct CommandWord {
  std::string_view word;
  Command command;
  std::string_view help;
};

// clang-format off
constexpr std::array kCommands{
    CommandWord{"run",     Command::run,     "runs the gateway until SIGTERM or Ctrl-C"},
    CommandWord{"status",  Command::status,  "tells how the running gateway is"},
    CommandWord{"sensors", Command::sensors, "shows each sensor with its latest value"},
    CommandWord{"version", Command::version, "prints the version"},
    CommandWord{"help",    Command::help,    "prints this"},
};
// clang-format on

struct OptionWord {
  std::string_view word;
  std::string_view value;  // its name in the help; empty: the option has none
  std::string_view help;
  bool (*take)(Options& options, std::string_view value);  // false: the value is wrong
  std::string_view right;                                  // what would be right
};

bool take_number(std::string_view text, std::uint32_t least, std::uint32_t most,
                 std::uint32_t& number) {
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  return end.ec == std::errc{} && end.ptr == text.data() + text.size() && number >= least &&
         number <= most;
}

bool take_state(Options& options, std::string_view value) {
  options.state = value;
  return !value.empty();
}
bool take_gateway(Options& options, std::string_view value) {
  options.gateway = value;
  return is_identifier(value);
}
bool take_replay(Options& options, std::string_view value) {
  options.replay = value;
  return !value.empty();
}
bool take_generate(Options& options, std::string_view value) {
  return take_number(value, 1, limits::kBoard.sensors_max, options.generate);
}
bool take_speed(Options& options, std::string_view value) {
  return take_number(value, 1, 100'000, options.speed);
}
bool take_json(Options& options, std::string_view /*value*/) {
  options.json = true;
  return true;
}

// clang-format off
constexpr std::array kOptions{
    OptionWord{"--state",    "DIR",  "where the gateway keeps its state and its control socket", take_state,    "a directory"},
    OptionWord{"--gateway",  "ID",   "run: the id of this gateway",                              take_gateway,  "letters, digits, '_', '-', '.'; at most 32"},
    OptionWord{"--replay",   "FILE", "run: sensors out of a CSV: timestamp_ms,sensor_id,value",  take_replay,   "a file"},
    OptionWord{"--speed",    "N",    "run: replays so many times faster",                        take_speed,    "a whole number from 1 to 100000"},
    OptionWord{"--generate", "N",    "run: N sensors played by a generator",                     take_generate, "a number from 1 to what this board holds"},
    OptionWord{"--json",     "",     "status, sensors: one JSON object instead of a table",      take_json,     ""},
};
// clang-format on

template <typename Table>
std::string_view nearest_in(std::string_view word, const Table& table) {
  std::vector<std::string_view> words;
  words.reserve(table.size());
  for (const auto& entry : table) words.push_back(entry.word);
  return wire::nearest_word(word, words);
}

template <typename Table>
std::string unknown(std::string_view kind, std::string_view word, const Table& table) {
  std::string text = "unknown " + std::string(kind) + " '" + std::string(word) + "'";
  const std::string_view meant = nearest_in(word, table);
  return meant.empty() ? text + ": see holdfast help"
                       : text + ": did you mean '" + std::string(meant) + "'?";
}

bool take_option(std::span<const char* const>& words, Options& options, std::string& problem) {
  const std::string_view word = words.front();
  words = words.subspan(1);
  const auto option = std::ranges::find(kOptions, word, &OptionWord::word);
  if (option == kOptions.end()) {
    problem = unknown("option", word, kOptions);
    return false;
  }
  std::string_view value;
  if (!option->value.empty()) {
    if (words.empty()) {
      problem = std::string(word) + " needs a value: " + std::string(option->right);
      return false;
    }
    value = words.front();
    words = words.subspan(1);
  }
  if (option->take(options, value)) return true;
  problem =
      std::string(word) + ": '" + std::string(value) + "' is not " + std::string(option->right);
  return false;
}

void add_column(std::string& text, std::string_view cell, std::size_t width) {
  text.append(cell);
  text.append(width > cell.size() ? width - cell.size() : 1, ' ');
}

}  // namespace

bool read_command_line(std::span<const char* const> words, Options& options, std::string& problem) {
  if (words.empty()) return true;
  std::string_view word = words.front();
  if (word == "--help" || word == "-h") word = "help";
  if (word == "--version") word = "version";
  const auto command = std::ranges::find(kCommands, word, &CommandWord::word);
  if (command == kCommands.end()) {
    problem = unknown("command", word, kCommands);
    return false;
  }
  options.command = command->command;
  words = words.subspan(1);
  while (!words.empty()) {
    if (std::string_view{words.front()} == "--help") {
      options.command = Command::help;
      return true;
    }
    if (!take_option(words, options, problem)) return false;
  }
  if (options.generate > 0 && !options.replay.empty()) {
    problem = "--generate and --replay are two sources of sensors: choose one";
    return false;
  }
  return true;
}

std::string help_text() {
  constexpr std::size_t kWidth = 18;
  std::string text = "holdfast COMMAND [OPTION...]: the telemetry service of a field gateway\n\n";
  for (const CommandWord& command : kCommands) {
    add_column(text.append("  "), command.word, kWidth);
    text.append(command.help).append("\n");
  }
  text.append("\n");
  for (const OptionWord& option : kOptions) {
    const std::string words =
        std::string(option.word) + (option.value.empty() ? "" : " ") + std::string(option.value);
    add_column(text.append("  "), words, kWidth);
    text.append(option.help).append("\n");
  }
  text.append(
      "\nExit status: 0 well, 1 it failed (standard error says why), 2 the command line is wrong,\n"
      "3 no gateway answers.\n");
  return text;
}

}  // namespace hf::program
