#include "tools/hub/commands/command_line.h"

#include <algorithm>
#include <array>
#include <fstream>

#include "documents/names.h"
#include "platform/console/words.h"
#include "vocabulary/identifiers.h"

namespace hf::hub {
namespace {

constexpr std::string_view kProgram = "holdfast-hub";

using CommandWord = console::CommandWord<Command>;
using OptionWord = console::OptionWord<Options>;

// clang-format off
constexpr std::array kCommands{
    CommandWord{"run",     Command::run,            "takes what gateways send, stores it, and says what it has"},
    CommandWord{"status",  Command::status,         "shows what the store has of each gateway"},
    CommandWord{"verify",  Command::verify,         "proves that nothing is missing or there twice; status 1 when something is"},
    CommandWord{"export",  Command::export_samples, "writes readings as CSV, JSON lines or line protocol"},
    CommandWord{"decode",  Command::decode,         "the same for frames out of files, or as they pass a broker"},
    CommandWord{"documents", Command::documents,    "[COLLECTION [ID]]: what equipment, rules, alerts … of a --gateway say here"},
    CommandWord{"audit",   Command::audit,          "[COLLECTION [ID]]: which values lost there, to whom, and their numbers"},
    CommandWord{"set",     Command::set,            "GATEWAY COLLECTION/ID FIELD=VALUE…: changes what is desired of it"},
    CommandWord{"remove",  Command::remove,         "GATEWAY COLLECTION/ID: deletes it"},
    CommandWord{"restore", Command::restore,        "GATEWAY NUMBER: brings a value back that lost"},
    CommandWord{"compare", Command::compare,        "GATEWAY: compares all documents with the gateway's now"},
    CommandWord{"accept",  Command::accept,         "GATEWAY: its activity as it is now is gone on from; a card was replaced"},
    CommandWord{"command", Command::command,        "GATEWAY VERB [NAME=VALUE…]: has a verb of its control socket done there"},
    CommandWord{"models",  Command::models,         "[MODEL]: packages of rules at each gateway; upload FILE GATEWAY…, deploy, undeploy"},
    CommandWord{"version", Command::version,        "prints the version"},
    CommandWord{"help",    Command::help,           "prints this"},
};
// clang-format on

bool take_text(std::string& text, std::string_view value) {
  text = value;
  return !value.empty();
}

bool take_store(Options& options, std::string_view value) {
  options.has_store = true;
  return take_text(options.store, value);
}
bool take_broker(Options& options, std::string_view value) {
  const auto address = parse_broker_url(value);
  if (!address) return false;
  BrokerAddress& broker = options.broker;
  broker.scheme = address->scheme;
  broker.host = address->host;
  broker.port = address->port;
  if (!address->user.empty()) broker.user = address->user;
  if (!address->password.empty()) broker.password = address->password;
  return options.has_broker = true;
}
bool take_user(Options& options, std::string_view value) {
  return take_text(options.broker.user, value);
}
bool take_password_file(Options& options, std::string_view value) {
  std::ifstream file{std::string{value}};
  return static_cast<bool>(std::getline(file, options.broker.password));
}
bool take_ca(Options& options, std::string_view value) {
  return take_text(options.broker.ca_file, value);
}
bool take_certificate(Options& options, std::string_view value) {
  return take_text(options.broker.certificate_file, value);
}
bool take_key(Options& options, std::string_view value) {
  return take_text(options.broker.key_file, value);
}
bool take_group(Options& options, std::string_view value) {
  options.group = value;
  return is_identifier(value);
}
bool take_root(Options& options, std::string_view value) {
  options.root = value;
  return is_identifier(value);
}
bool take_worker(Options& options, std::string_view value) {
  options.worker = value;
  return is_identifier(value);
}
bool take_metrics(Options& options, std::string_view value) {
  options.metrics = value;
  const std::string_view port = value.substr(value.rfind(':') + 1);
  return !port.empty() && port.size() <= 5 &&
         std::ranges::all_of(port, [](char c) { return c >= '0' && c <= '9'; });
}
bool take_gateway(Options& options, std::string_view value) {
  options.gateway = value;
  return is_identifier(value);
}
bool take_sensor(Options& options, std::string_view value) {
  return take_text(options.sensor, value);
}
bool take_from(Options& options, std::string_view value) {
  const auto at = parse_time(value);
  if (at) options.range.from = *at;
  return at.has_value();
}
bool take_to(Options& options, std::string_view value) {
  const auto at = parse_time(value);
  if (at) options.range.to = *at;
  return at.has_value();
}
bool take_format(Options& options, std::string_view value) {
  const auto format = text_format(value);
  if (format) options.format = *format;
  return format.has_value();
}
bool take_json(Options& options, std::string_view /*value*/) { return options.json = true; }

bool take_author(Options& options, std::string_view value) {
  options.author = value;
  return documents::is_author(value);
}
bool take_id(Options& options, std::string_view value) {
  options.command_id = value;
  return is_identifier(value);
}
bool take_expires(Options& options, std::string_view value) {
  std::int64_t whole_s = 0;
  if (!console::read_number(value, whole_s, 0, 7 * 86'400)) return false;
  options.expires = seconds(whole_s);
  return true;
}

bool take_keep_days(Options& options, std::string_view value) {
  std::int64_t whole = 0;
  if (!console::read_number(value, whole, 1, 36'500)) return false;
  options.keep.age = days(whole);
  return true;
}
bool take_keep_mb(Options& options, std::string_view value) {
  std::uint64_t whole = 0;
  if (!console::read_number(value, whole, 1U, 1U << 30U)) return false;
  options.keep.bytes = whole * 1'000'000;
  return true;
}

constexpr std::string_view kName = "letters, digits, '_', '-', '.'; at most 32";
constexpr std::string_view kTimes = "2026-11-20, 2026-11-20T06:00:00Z or milliseconds since 1970";

// clang-format off
constexpr std::array kOptions{
    OptionWord{"--store",         "WHERE",  "a file for SQLite, or postgresql://… (hub.db)",               take_store,         "a file or a URL"},
    OptionWord{"--broker",        "URL",    "run, decode: mqtt://HOST[:PORT], mqtts, ws or wss",  take_broker,        "a URL as mqtt://HOST:1883"},
    OptionWord{"--user",          "NAME",   "… how to be let in there",                                    take_user,          "a name"},
    OptionWord{"--password-file", "FILE",   "… the first line of this file",                               take_password_file, "a file that can be read"},
    OptionWord{"--ca",            "FILE",   "… whom to believe; else /etc/ssl/certs",                      take_ca,            "a file"},
    OptionWord{"--cert",          "FILE",   "… who we are",                                                take_certificate,   "a file"},
    OptionWord{"--key",           "FILE",   "… its private key",                                           take_key,           "a file"},
    OptionWord{"--root",          "NAME",   "the first level of all topics (holdfast)",                    take_root,          kName},
    OptionWord{"--group",         "NAME",   "run: workers of one group share the messages (hub)",          take_group,         kName},
    OptionWord{"--worker",        "NAME",   "run: the broker keeps messages for this name for an hour",    take_worker,        kName},
    OptionWord{"--keep-days",     "DAYS",   "run: lets go of frames that came before that (none)",         take_keep_days,     "1 to 36500 days"},
    OptionWord{"--keep-mb",       "MB",     "run: lets go of the oldest frames beyond so many (none)",     take_keep_mb,       "a number of megabytes"},
    OptionWord{"--metrics",       "PORT",   "run: Prometheus metrics at [ADDRESS:]PORT; 0 is a free one",  take_metrics,       "PORT or ADDRESS:PORT"},
    OptionWord{"--gateway",       "ID",     "status, verify, export, documents, audit, models: of this one",                take_gateway,       kName},
    OptionWord{"--sensor",        "NAME",   "export, decode: SENSOR or EQUIPMENT/SENSOR",                  take_sensor,        "a name"},
    OptionWord{"--from",          "TIME",   "verify, export: not before",                                  take_from,          kTimes},
    OptionWord{"--to",            "TIME",   "verify, export: before",                                      take_to,            kTimes},
    OptionWord{"--format",        "FORMAT", "export, decode: csv, json or influx (csv)",                   take_format,        "csv, json or influx"},
    OptionWord{"--author",        "NAME",   "set, remove, restore: who says so (the user)",                take_author,        "a name of at most 32 bytes"},
    OptionWord{"--expires",       "SECONDS", "command: not to be done later (60); 0: whenever, see below",  take_expires,       "0 to 604800 seconds"},
    OptionWord{"--id",            "ID",     "command: by which it is done once, and found again",          take_id,            kName},
    OptionWord{"--json",          "",       "all but export, decode: one JSON object",                             take_json,          ""},
};
// clang-format on

bool is_of_one_gateway(Command command) {
  return command == Command::documents || command == Command::audit;
}
bool takes_words(Command command) {
  constexpr std::array kOthers{Command::decode,  Command::set,     Command::remove,
                               Command::accept,  Command::restore, Command::compare,
                               Command::command, Command::models};
  return is_of_one_gateway(command) || std::ranges::find(kOthers, command) != kOthers.end();
}

// What the words say together.
bool agrees(const Options& options, std::string& problem) {
  if (options.command == Command::run && !options.has_broker) {
    problem = "run needs --broker URL";
  } else if (!takes_words(options.command) && !options.words.empty()) {
    problem = "this command takes options only: what is '" + options.words.front() + "'?";
  } else if (is_of_one_gateway(options.command) && options.gateway.empty()) {
    problem = "this needs --gateway ID: holdfast-hub status shows them";
  } else if (options.command == Command::decode) {
    const int sources = (options.words.empty() ? 0 : 1) + (options.has_broker ? 1 : 0) +
                        (options.has_store ? 1 : 0);
    if (sources != 1) problem = "decode needs one source: files, --broker or --store";
  }
  if (options.range.from >= options.range.to) problem = "--from must be before --to";
  return problem.empty();
}

}  // namespace

bool read_command_line(std::span<const char* const> words, Options& options, std::string& problem) {
  if (words.empty()) return true;
  const std::string_view word = console::command_meant(words.front());
  const auto command = std::ranges::find(kCommands, word, &CommandWord::word);
  if (command == kCommands.end()) {
    problem = console::unknown("command", word, console::words_of(kCommands), kProgram);
    return false;
  }
  options.command = command->command;
  constexpr bool kTakesWords = true;  // agrees() knows which command has no use for them
  return console::take_rest(kOptions, kProgram, words.subspan(1), kTakesWords, options, problem) &&
         (options.command == Command::help || agrees(options, problem));
}

std::string help_text() {
  std::string text = "holdfast-hub COMMAND [OPTION...]: the other end of Holdfast's gateways\n\n";
  console::add_command_rows(text, kCommands);
  text += "\n";
  console::add_option_rows(text, kOptions);
  return text +
         "\ndecode FILE...: each file is one frame, or lines of one frame each in hexadecimal, as\n"
         "`mosquitto_sub -F %x` writes them; `-` is standard input.\n"
         "\nset, remove, restore, compare and command write to the store; a worker (run) carries "
         "it to\n"
         "the gateway when that is there. An empty VALUE clears the field. Examples:\n"
         "  holdfast-hub set press-7 equipment/pump-1 name='Main pump' status=maintenance\n"
         "  holdfast-hub audit --gateway press-7 equipment pump-1\n"
         "  holdfast-hub restore press-7 12\n"
         "  holdfast-hub models upload pumps-1.2.0.model press-7 press-8\n"
         "  holdfast-hub models deploy press-7 pumps 1.2.0 pump-1 pump-2 hot=75 pump-2/hot=85\n"
         "  holdfast-hub command press-7 alerts.ack id=pump-1.heat.hot note=seen --expires 300\n"
         "\nA gateway that does not know the time of day does no command that has a last moment. "
         "With\n"
         "--expires 0 it has none: the hub carries it for an hour, and this waits for a minute.\n"
         "\nExit status: 0 well, 1 it failed or verify found something (standard error says "
         "what),\n"
         "2 the command line is wrong, 3 the store or the broker cannot be reached.\n";
}

}  // namespace hf::hub
