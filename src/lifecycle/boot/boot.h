// How the gateway starts: a table of steps, walked once from top to bottom.
//
// The table is the owner's (src/gateway), the walking is here. A step is a plain function that does
// one thing and says how it went; what its failure means stands beside it in the table, so that the
// whole start can be reviewed without reading a function:
//
//   halt      nothing can work without it: the walk ends
//   degrade   the gateway goes on without it, and says so everywhere
//
// A step that overruns its deadline is not interrupted (there is one thread) but recorded: a
// deadline is a promise to whoever waits for the first reading. Nothing is retried here: what may
// get better later is retried by its flow, while readings are already being taken.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "hal/clock.h"
#include "hal/log.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::lifecycle {

enum class OnFailure : std::uint8_t { halt, degrade };

template <typename Owner>
struct BootStep {
  std::string_view name;
  Status (*run)(Owner& owner);
  OnFailure on_failure;
  Duration deadline;
};

inline constexpr std::uint32_t kBootStepsMax = 32;  // `degraded` has a bit for each

struct BootReport {
  Status status = Status::ok;  // of the step that halted the walk, else ok
  std::string_view halted_at;  // its name; empty when the walk reached the end
  std::uint32_t degraded = 0;  // bit i: step i failed and the gateway goes on without it
  std::uint32_t overran = 0;   // bit i: step i took longer than its deadline
  Duration took;
};

// One step's outcome, entered into the report and the log. False: the walk ends here.
bool enter_step(BootReport& report, std::uint32_t index, std::string_view name,
                OnFailure on_failure, Status status, bool in_time, hal::Log& log);

// REQUIRES: at most kBootStepsMax steps.
template <typename Owner>
BootReport walk(std::span<const BootStep<Owner>> steps, Owner& owner, const hal::Clock& clock,
                hal::Log& log) {
  HF_ASSERT(steps.size() <= kBootStepsMax);
  BootReport report;
  const Uptime begun = clock.uptime();
  for (std::uint32_t i = 0; i < steps.size(); ++i) {
    const BootStep<Owner>& step = steps[i];
    const Uptime started = clock.uptime();
    const Status status = step.run(owner);
    const bool in_time = clock.uptime() - started <= step.deadline;
    if (!enter_step(report, i, step.name, step.on_failure, status, in_time, log)) break;
  }
  report.took = clock.uptime() - begun;
  return report;
}

}  // namespace hf::lifecycle
