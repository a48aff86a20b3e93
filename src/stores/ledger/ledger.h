// The ledger: what was counted since the start, one section for each flow that counts.
//
// A flow writes its own section and reads no other; surfaces read them all. So the number a person
// sees, the number a test checks and the number a metric shows are one number in one place. Counts
// only grow; what goes up and down is asked of the store that knows it.
#pragma once

#include <cstdint>
#include <string_view>

#include "hal/processes.h"
#include "stores/ledger/state_counts.h"
#include "stores/ledger/uplink_counts.h"
#include "vocabulary/fixed_vector.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"

namespace hf::stores {

// Readings. taken = kept + all that follow.
struct SamplingCounts {
  std::uint64_t taken = 0;             // out of the field's stream
  std::uint64_t kept = 0;              // put into the telemetry window
  std::uint64_t flood = 0;             // above the sensor's rate
  std::uint64_t within_dead_band = 0;  // as the sensor's settings ask
  std::uint64_t unknown = 0;           // no such sensor on the roster
  std::uint64_t refused = 0;           // by the window: late, or from the future
};

// How the last start went.
struct BootNotes {
  Duration took;
  std::uint32_t steps_degraded = 0;  // the gateway goes on without so many of its parts
  std::string_view first_degraded;   // the name of the first; empty: none
};

// Readings and frames on their way to where they are safe.
struct ForwardingCounts {
  std::uint64_t frames = 0;
  std::uint64_t readings = 0;
  std::uint64_t missed = 0;    // left the window before they were taken: told in gap records
  std::uint64_t failures = 0;  // of the queue: tried again
};

// Readings that come back from flash into the telemetry window after a start.
struct RehydratingCounts {
  std::uint64_t frames = 0;
  std::uint64_t readings = 0;
  std::uint64_t frames_of_other_roster = 0;  // their sensors have other numbers now: left out
  std::uint64_t frames_unreadable = 0;
  std::uint64_t readings_refused = 0;  // out of order, or of a sensor that is not there any more
  bool is_done = false;
};

// The time of day, as far as it was learnt.
struct TimekeepingCounts {
  std::uint64_t anchors = 0;
  std::uint64_t steps = 0;     // UTC was set
  std::uint64_t refused = 0;   // a time of day that cannot be
  std::uint64_t failures = 0;  // of queue or file: tried again
};

// Rosters told upstream.
struct AnnouncingCounts {
  std::uint64_t rosters = 0;
  std::uint64_t failures = 0;  // of queue or file: tried again
};

// One role of the program beside the core.
struct RoleNotes {
  hal::RoleInstance who;
  bool runs = false;
  std::uint32_t starts = 0;
  std::uint32_t failed_starts = 0;
  std::uint32_t ends = 0;
  bool was_killed = false;    // the last end: by a signal, whose number is …
  std::int32_t end_code = 0;  // … this; otherwise the exit code
};

inline constexpr std::size_t kRolesMax = 16;  // the link, the web and up to 14 field buses
using RoleLedger = FixedVector<RoleNotes, kRolesMax>;

// What a new system is judged by, and whether it has shown it: docs/decisions/0051.
struct ProofNotes {
  bool needs_receipt = false;  // somebody upstream is there to answer, and is to be heard
  bool is_receipted = false;   // upstream has something that was kept since the start
  Duration probation;
};

// Allocations of the core's thread after boot: always zero, or a promise is broken.
struct HeapNotes {
  std::uint64_t allocations_after_boot = 0;
};

struct Ledger {
  BootNotes boot;
  SamplingCounts sampling;
  ForwardingCounts forwarding;
  RehydratingCounts rehydrating;
  TimekeepingCounts timekeeping;
  AnnouncingCounts announcing;
  AlertingCounts alerting;
  ReconcilingCounts reconciling;
  UplinkCounts uplink;
  UplinkNotes link;
  RoleLedger roles;
  ProofNotes proof;
  HeapNotes heap;
};

}  // namespace hf::stores
