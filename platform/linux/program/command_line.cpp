#include "platform/linux/program/command_line.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "config/limits/documents.h"
#include "config/limits/limits.h"
#include "platform/console/words.h"
#include "platform/linux/program/state_words.h"
#include "vocabulary/identifiers.h"
#include "wire/channel/link_channel.h"

namespace hf::program {
namespace {

constexpr std::string_view kProgram = "holdfast";

using CommandWord = console::CommandWord<Command>;
using OptionWord = console::OptionWord<Options>;

// clang-format off
constexpr std::array kCommands{
    CommandWord{"run",     Command::run,     "runs the gateway until SIGTERM or Ctrl-C"},
    CommandWord{"status",  Command::status,  "tells how the running gateway is"},
    CommandWord{"activity", Command::activity, "shows what happened; --verify [NUMBER:DIGEST]: whether somebody was at it"},
    CommandWord{"models",  Command::models,  "packages of rules: list, get, check, upload, deploy, undeploy, remove"},
    CommandWord{"update",  Command::update,  "BUNDLE: installs a signed system into the board's other slot"},
    CommandWord{"settings", Command::settings, "shows settings and changes them: list, get, set, clear, history, diff, revert, confirm, ..."},
    CommandWord{"version", Command::version, "prints the version"},
    CommandWord{"help",    Command::help,    "prints this"},
};
// clang-format on

constexpr std::size_t kAuthorBytesMax = limits::kAuthorBytesMax;
constexpr std::size_t kCommentBytesMax = 64;  // as stores::VersionHead has it

bool take_state(Options& options, std::string_view value) {
  options.state = value;
  return !value.empty();
}
bool take_gateway(Options& options, std::string_view value) {
  options.gateway = value;
  return is_identifier(value);
}
bool take_watchdog(Options& options, std::string_view value) {
  options.watchdog = value;
  return value.starts_with('/');
}
bool take_config(Options& options, std::string_view value) {
  options.config = value;
  return !value.empty();
}
bool take_author(Options& options, std::string_view value) {
  options.author = value;
  return !value.empty() && value.size() <= kAuthorBytesMax;
}
bool take_comment(Options& options, std::string_view value) {
  options.comment = value;
  return value.size() <= kCommentBytesMax;
}
bool take_replay(Options& options, std::string_view value) {
  options.replay = value;
  return !value.empty();
}
bool take_generate(Options& options, std::string_view value) {
  return console::read_number(value, options.generate, 1U, limits::kBoard.sensors_max);
}
bool take_speed(Options& options, std::string_view value) {
  return console::read_number(value, options.speed, 1U, 100'000U);
}
bool take_broker(Options& options, std::string_view value) {
  std::string problem;
  return read_broker_address(value, options.broker.uplink, problem);
}
std::string why_not_a_broker(std::string_view value) {
  flows::UplinkSettings settings;
  std::string problem;
  static_cast<void>(read_broker_address(value, settings, problem));
  return problem;
}
bool take_tenant(Options& options, std::string_view value) {
  return is_ok(TenantId::parse(value, options.broker.uplink.tenant));
}
bool take_user(Options& options, std::string_view value) {
  return !value.empty() && is_ok(options.broker.uplink.user.try_assign(value));
}
template <std::string BrokerOptions::*Text>
bool take_text(Options& options, std::string_view value) {
  options.broker.*Text = value;
  return !value.empty();
}
bool take_ca(Options& options, std::string_view value) {
  options.broker.ca = value;
  std::error_code error;
  return value.size() <= wire::kLinkTextBytesMax && std::filesystem::exists(value, error);
}
// A word that stands for a value: one of the two.
template <typename Value>
bool take_choice(std::string_view word, std::string_view first, Value of_first,
                 std::string_view second, Value of_second, Value& value) {
  value = word == first ? of_first : of_second;
  return word == first || word == second;
}
bool take_receipt(Options& options, std::string_view value) {
  using flows::ReceiptSource;
  return take_choice(value, "hub", ReceiptSource::hub, "broker", ReceiptSource::broker,
                     options.broker.uplink.receipt);
}
bool take_profile(Options& options, std::string_view value) {
  using flows::PayloadProfile;
  return take_choice(value, "frames", PayloadProfile::frames, "json", PayloadProfile::json,
                     options.broker.uplink.profile);
}
bool take_cost(Options& options, std::string_view value) {
  return take_choice(value, "wired", hal::LinkCost::free, "metered", hal::LinkCost::metered,
                     options.broker.cost);
}
template <std::uint64_t stores::DataPlan::*BytesMax>
bool take_plan(Options& options, std::string_view value) {
  constexpr std::uint32_t kMegabytesMost = 1'000'000;
  constexpr std::uint64_t kMegabyte = 1'000'000;  // as they are sold
  std::uint32_t megabytes = 0;
  if (!console::read_number(value, megabytes, 1U, kMegabytesMost)) return false;
  options.broker.plan.*BytesMax = megabytes * kMegabyte;
  return true;
}
bool take_verify(Options& options, std::string_view /*value*/) {
  options.verify = true;
  return true;
}
bool take_since(Options& options, std::string_view value) {
  options.since = value;
  return !value.empty();
}
bool take_kind(Options& options, std::string_view value) {
  options.kind = value;
  return !value.empty();
}
bool take_json(Options& options, std::string_view /*value*/) {
  options.json = true;
  return true;
}

constexpr std::string_view kIdentifierRule = "letters, digits, '_', '-', '.'; at most 32";
constexpr std::string_view kPlanRule = "a whole number of megabytes, at most 1000000";
using Broker = BrokerOptions;

// clang-format off
constexpr std::array kOptions{
    OptionWord{"--state",        "DIR",  "where the gateway keeps its state and its control socket", take_state, "a directory"},
    OptionWord{"--gateway",      "ID",   "run: the id of this gateway",                              take_gateway, kIdentifierRule},
    OptionWord{"--watchdog",     "FILE", "run: the device that resets the board when we stand still", take_watchdog, "a path like /dev/watchdog0"},
    OptionWord{"--config",       "DIR",  "run: the folder of holdfast.json and conf.d; default: /etc/holdfast", take_config, "a folder"},
    OptionWord{"--author",       "NAME", "of an edit: who makes it; default: who is logged in",       take_author, "a name of at most 32 bytes"},
    OptionWord{"--comment",      "TEXT", "settings: why",                                            take_comment, "at most 64 bytes"},
    OptionWord{"--replay",       "FILE", "run: sensors out of a CSV: timestamp_ms,sensor_id,value",  take_replay, "a file"},
    OptionWord{"--speed",        "N",    "run: replays so many times faster",                        take_speed, "a whole number from 1 to 100000"},
    OptionWord{"--generate",     "N",    "run: N sensors played by a generator",                     take_generate, "a number from 1 to what this board holds"},
    OptionWord{"--broker",       "URL",  "run: sends to mqtt://HOST:PORT; also mqtts, ws, wss, auto", take_broker, "a URL", why_not_a_broker},
    OptionWord{"--tenant",       "ID",   "run: whose gateway it is; default: default",               take_tenant, kIdentifierRule},
    OptionWord{"--user",         "NAME", "run: as whom the broker knows us",                         take_user, "a name of at most 64 characters"},
    OptionWord{"--password-file", "FILE", "run: the password, its first line",                        take_text<&Broker::password_file>, "a file"},
    OptionWord{"--certificate",  "FILE", "run: our certificate in PEM, for brokers that ask for one", take_text<&Broker::certificate_file>, "a file"},
    OptionWord{"--key",          "FILE", "run: the private key of that certificate, in PEM",         take_text<&Broker::key_file>, "a file"},
    OptionWord{"--ca",           "PATH", "run: who signs brokers, in PEM; default: the system's",    take_ca, "a file or folder that is there"},
    OptionWord{"--receipt",      "WHO",  "run: who must have a reading before flash lets go of it",  take_receipt, "hub or broker"},
    OptionWord{"--profile",      "HOW",  "run: frames: about a byte a reading; json: readable by anything", take_profile, "frames or json"},
    OptionWord{"--link-cost",    "COST", "run: what a byte costs, where the kernel does not know",   take_cost, "wired or metered"},
    OptionWord{"--day-plan",     "MB",   "run: the most that a day may cost, both ways, all counted", take_plan<&stores::DataPlan::day_bytes_max>, kPlanRule},
    OptionWord{"--month-plan",   "MB",   "run: the most that a month may cost; alerts always pass",  take_plan<&stores::DataPlan::month_bytes_max>, kPlanRule},
    OptionWord{"--since",        "WHEN", "activity: 30min, 2h or 7d ago, or 2026-03-31, or all; default: the last 50", take_since, "how long ago, or a day"},
    OptionWord{"--kind",         "KIND", "activity: only these: boot, link, alert, edit, settings, model, loss, ...", take_kind, "a kind"},
    OptionWord{"--verify",       "",     "activity: whether entries were edited or taken out",    take_verify, ""},
    OptionWord{"--json",         "",     "what asks: one JSON object instead of a table",            take_json, ""},
};
// clang-format on

std::string unknown_command(std::string_view word) {
  std::vector<std::string_view> known = console::words_of(kCommands);
  const auto subjects = state_subjects();
  known.insert(known.end(), subjects.begin(), subjects.end());
  return console::unknown("command", word, known, kProgram);
}

bool takes_words(Command command) {
  constexpr std::array kThose{Command::settings, Command::activity, Command::models,
                              Command::update, Command::state_words};
  return std::ranges::find(kThose, command) != kThose.end();
}

// What the words say together.
bool agrees(const Options& options, std::string& problem) {
  const BrokerOptions& broker = options.broker;
  if (options.command == Command::update && options.words.size() != 1) {
    problem = "update needs a bundle: holdfast update FILE";
  } else if (options.generate > 0 && !options.replay.empty()) {
    problem = "--generate and --replay are two sources of sensors: choose one";
  } else if (broker.certificate_file.empty() != broker.key_file.empty()) {
    problem = "--certificate and --key belong together: one of them is missing";
  }
  return problem.empty();
}

}  // namespace

bool read_command_line(std::span<const char* const> words, Options& options, std::string& problem) {
  if (words.empty()) return true;
  const std::string_view word = console::command_meant(words.front());
  const auto command = std::ranges::find(kCommands, word, &CommandWord::word);
  if (is_state_word(word)) {
    options.command = Command::state_words;
    options.subject = word;
  } else if (command != kCommands.end()) {
    options.command = command->command;
  } else {
    problem = unknown_command(word);
    return false;
  }
  return console::take_rest(kOptions, kProgram, words.subspan(1), takes_words(options.command),
                            options, problem) &&
         (options.command == Command::help || agrees(options, problem));
}

std::string help_text() {
  std::string text = "holdfast COMMAND [OPTION...]: the telemetry service of a field gateway\n\n";
  console::add_command_rows(text, kCommands);
  text.append(state_help()).append("\n");
  console::add_option_rows(text, kOptions);
  text.append(
      "\nExit status: 0 well, 1 it failed (standard error says why), 2 the command line is wrong,\n"
      "3 no gateway answers.\n");
  return text;
}

}  // namespace hf::program
