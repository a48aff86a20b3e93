// The arguments of a request to the running gateway, as they are written: at most one line.
#pragma once

#include <array>
#include <cstdlib>
#include <string_view>

#include "platform/linux/program/command_line.h"
#include "wire/channel/control_line.h"
#include "wire/channel/json_writer.h"

namespace hf::program {

class RequestText {
 public:
  RequestText() { json_.open_object(); }
  wire::JsonWriter& json() { return json_; }
  // Empty: too much for one line.
  std::string_view text() {
    json_.close_object();
    return json_.text();
  }
  // Who asks, and why: as the options say, or the user.
  void sign(const Options& options) {
    const char* user = std::getenv("SUDO_USER");
    if (user == nullptr) user = std::getenv("USER");
    json_.member("author", !options.author.empty() ? std::string_view{options.author}
                           : user != nullptr       ? std::string_view{user}
                                                   : std::string_view{"console"});
    if (!options.comment.empty()) json_.member("comment", options.comment);
  }

 private:
  std::array<char, wire::kControlRequestBytesMax> room_{};
  wire::JsonWriter json_{room_};
};

}  // namespace hf::program
