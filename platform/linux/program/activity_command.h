// `holdfast activity …`: what happened on the running gateway, and whether somebody was at it.
#pragma once

#include <cstdint>
#include <string_view>

#include "platform/linux/program/command_line.h"

namespace hf::program {

// The exit status of the process: kFailed also when entries were edited or taken out.
int run_activity(const Options& options);

// "2h", "30min", "7d" before `now_ms`; a day as 2026-03-31 or an hour of it as 2026-03-31T14:30, in
// UTC; "all". False: none of these.
bool read_since(std::string_view text, std::int64_t now_ms, std::int64_t& since_ms);

// "2026-03-31 14:30:05"
std::string as_date(std::int64_t utc_ms);

}  // namespace hf::program
