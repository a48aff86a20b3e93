// The figures for people, beside what others reach, and for programs.
#pragma once

#include "tools/benches/telemetry/measure.h"

namespace hf::bench {

void print_table(const Feed& feed, const Figures& figures);
void print_json(const Figures& figures);

}  // namespace hf::bench
