// What was asked of the program: one command and its options, checked.
//
// An unknown word is refused with the nearest known one; a missing or wrong value with what would
// be right. Options are a table, so --help and the parser cannot disagree.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/linux/program/broker_options.h"

namespace hf::program {

enum class Command : std::uint8_t {
  run,
  status,
  settings,
  activity,
  models,
  update,
  state_words,
  version,
  help
};

struct Options {
  Command command = Command::help;
  std::string state = "/var/lib/holdfast";
  std::string gateway = "gateway";
  std::string watchdog;        // a device; empty: none is guarding us
  std::string subject;         // of a command about documents: state_words.h
  std::string replay;          // a CSV file; empty: none
  std::uint32_t generate = 0;  // sensors that a generator plays; 0: none
  std::uint32_t speed = 1;     // of the replay
  BrokerOptions broker;
  bool json = false;
  bool verify = false;                   // activity: look whether somebody was at it
  std::string since;                     // activity: nothing older
  std::string kind;                      // activity: only these
  std::string config = "/etc/holdfast";  // the folder of the settings' files
  std::string author;                    // of an edit; empty: who is logged in
  std::string comment;
  std::vector<std::string> words;  // behind the command: what to do, with what
};

// True: `options` is set. False: `problem` says what is wrong, where, and what would be right.
bool read_command_line(std::span<const char* const> words, Options& options, std::string& problem);

// What --help prints.
std::string help_text();

}  // namespace hf::program
