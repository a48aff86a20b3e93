// The core role: a Board, a Gateway, a loop. Runs until it is asked to stop.
#pragma once

#include "platform/linux/program/command_line.h"

namespace hf::program {

// The exit status of the process.
int run_core(const Options& options);

// Where the running gateway listens for questions.
std::string control_path(const Options& options);

}  // namespace hf::program
