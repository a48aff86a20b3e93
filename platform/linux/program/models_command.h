// `holdfast models …`: brings packages of rules to the running gateway, and deploys them.
#pragma once

#include "platform/linux/program/command_line.h"

namespace hf::program {

// The exit status of the process.
int run_models(const Options& options);

}  // namespace hf::program
