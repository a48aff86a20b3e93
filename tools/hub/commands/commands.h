// What the words on the command line do. Each returns the exit status; Failure means that the store
// could not be reached or read.
#pragma once

#include "tools/hub/commands/command_line.h"

namespace hf::hub {

int run(const Options& options);
int show_status(const Options& options);
int verify(const Options& options);
int export_samples(const Options& options);
int decode(const Options& options);

inline constexpr int kWell = 0;
inline constexpr int kFailed = 1;
inline constexpr int kWrongUse = 2;
inline constexpr int kNotReachable = 3;

}  // namespace hf::hub
