// `holdfast settings …`: shows settings and changes them, by asking the running gateway; checks a
// file and prints the schema without one.
#pragma once

#include "platform/linux/program/command_line.h"

namespace hf::program {

// The exit status of the process.
int run_settings(const Options& options);

}  // namespace hf::program
