// The commands about what both ends may change, as words of a command line, made into one line of
// the control socket.
//
//   holdfast equipment list status=fault
//   holdfast equipment set pump-1 name="Main pump" active=false
//   holdfast alerts ack pump.heat.too-hot note="on my way"
//   holdfast conflicts restore 12
//
// Pure. Which verbs there are is a table; what they take, the gateway judges.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace hf::program {

// Whether `word` begins one of these commands.
bool is_state_word(std::string_view word);

// True: `line` is the request. False: `problem` says what is wrong, and what would be right.
bool make_request(std::string_view subject, std::span<const std::string> words,
                  std::string_view author, std::string& line, std::string& problem);

// One line for each subject, for --help.
std::string state_help();

// The words of such commands, for who looks for the nearest one.
std::span<const std::string_view> state_subjects();

}  // namespace hf::program
