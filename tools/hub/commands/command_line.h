// The command line of holdfast-hub, read into one plain structure.
//
// Unknown words are refused with the nearest known one; a value that is wrong is answered with what
// would be right.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "tools/hub/broker/broker_address.h"
#include "tools/hub/reading/gateway_clock.h"
#include "tools/hub/reading/sample_text.h"
#include "tools/hub/storage/retention.h"

namespace hf::hub {

enum class Command {
  run,
  accept,
  status,
  verify,
  export_samples,
  decode,
  documents,
  audit,
  set,
  remove,
  restore,
  compare,
  command,
  models,
  version,
  help
};

struct Options {
  Command command = Command::help;
  std::string store = "hub.db";
  bool has_broker = false;
  BrokerAddress broker;
  std::string group = "hub";
  std::string root = "holdfast";
  std::string worker;
  std::string metrics;  // [ADDRESS:]PORT; empty: none
  std::string gateway;
  std::string sensor;
  UtcRange range;
  TextFormat format = TextFormat::csv;
  bool has_store = false;
  bool json = false;
  RetentionBounds keep;            // run; none: everything is kept
  std::string author;              // of an edit; empty: the user of this program
  std::string command_id;          // of a command; empty: a new one
  Duration expires = seconds(60);  // how long a command may wait to be done
  std::vector<std::string> words;  // what else stands there: files, or what a command is about
};

// False: `problem` says what is wrong with them.
bool read_command_line(std::span<const char* const> words, Options& options, std::string& problem);

std::string help_text();

}  // namespace hf::hub
