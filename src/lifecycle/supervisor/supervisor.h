// The supervisor: keeps the other roles of the program running, however often one of them ends.
//
//   SV1 A role that is wanted runs, or its next start has a time. Never are there two of one.
//   SV2 A role that ends soon after its start is started later each time: 1 s, 2 s … 60 s. One that
//       ran for kSoundRun is started again after 1 s.
//   SV3 Every start that failed and every end is counted in the ledger and told in the log.
//
// Whether a role makes progress is judged by who speaks with it (for the link: platform/linux,
// LinkChannel), who then stops it; here that is an end like any other. So a role can hang for at
// most the time its speaker allows, and a role that crashes at once costs a start a minute.
//
// Cost: a turn asks the kernel once for each role. Never allocates. Owned by the service loop.
#pragma once

#include <cstdint>

#include "hal/log.h"
#include "hal/processes.h"
#include "stores/ledger/ledger.h"
#include "vocabulary/fixed_vector.h"
#include "vocabulary/time.h"

namespace hf::lifecycle {

class Supervisor {
 public:
  static constexpr Duration kPauseLeast = seconds(1);
  static constexpr Duration kPauseMost = seconds(60);
  static constexpr Duration kSoundRun = minutes(10);  // longer than any hang that is tolerated

  // REQUIRES: all outlive this.
  Supervisor(hal::Processes& processes, stores::RoleLedger& ledger, hal::Log& log)
      : processes_(processes), ledger_(ledger), log_(log) {}

  // From the next step() on the role is kept running. ok.  full: too many.  busy: wanted already.
  Status want(hal::RoleInstance who, std::uint64_t memory_bytes_max);

  // Takes note of ends, and starts what is due. Returns when it wants to be called again; the end
  // of a role wakes the loop by itself.
  Uptime step(Uptime now);

 private:
  struct Wanted {
    hal::RoleInstance who;
    std::uint64_t memory_bytes_max = 0;
    bool runs = false;
    Uptime started_at;
    Uptime start_at;  // while it does not run
    Duration pause = kPauseLeast;
  };

  void note_end(const hal::RoleExit& exit, Uptime now);
  void start(Wanted& wanted, stores::RoleNotes& notes, Uptime now);
  static void put_off(Wanted& wanted, Uptime now);

  hal::Processes& processes_;
  stores::RoleLedger& ledger_;  // its entries stand in the order of wanted_
  hal::Log& log_;
  FixedVector<Wanted, stores::kRolesMax> wanted_;
};

}  // namespace hf::lifecycle
