// A question to the running gateway with its answer, and how commands say what they have to say.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "platform/linux/program/command_line.h"
#include "wire/json/json_reader.h"

namespace hf::program {

// The exit statuses of every command.
inline constexpr int kWell = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongCommandLine = 2;
inline constexpr int kNoGateway = 3;

class Asked {
 public:
  // kWell: answer() is there.  Else it was said on stderr: kFailed: the gateway refuses, with all
  // it has to say.  kWrongCommandLine: too much for one request.  kNoGateway: nobody answers.
  int ask(const Options& options, std::string_view verb, std::string_view arguments);

  // REQUIRES: ask() answered kWell.
  wire::JsonValue answer() const { return json_.root().find("answer"); }
  std::string_view text() const { return text_; }  // the same, as JSON

 private:
  std::string line_;
  std::string_view text_;
  std::vector<std::byte> memory_;
  wire::JsonReader json_{{}};
};

// On stderr. Returns kWrongCommandLine.
int print_error(const std::string& text);

// Columns as wide as what is in them.
void print_table(const std::vector<std::vector<std::string>>& rows);

}  // namespace hf::program
