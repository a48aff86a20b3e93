// Faults planned for a simulated flash: the n-th call of a kind, on one file or any, goes wrong in
// one way, once, a few times or for ever.
//
//   flash.plan({.call = FlashCall::sync, .fault = Fault::io_error, .after = 3, .file =
//   "queue.db"});
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "vocabulary/time.h"

namespace hf::sim {

enum class FlashCall : std::uint8_t {
  any,
  open,
  close,
  read,
  write,
  resize,
  reserve,
  sync,
  sync_directory,
  rename,
  remove,
};

enum class Fault : std::uint8_t {
  none,       // only `delay`
  io_error,   // EIO: `unavailable`. A write may have been done in part, a sync has lost some.
  no_space,   // ENOSPC: `full`. A write may have been done in part.
  forgotten,  // write, sync, sync_directory: answers ok, and the medium forgets it at the cut
};

inline constexpr std::uint64_t kForEver = std::numeric_limits<std::uint64_t>::max();

struct PlannedFault {
  FlashCall call = FlashCall::any;
  Fault fault = Fault::none;
  std::uint64_t after = 0;  // calls that pass untouched first
  std::uint64_t times = 1;  // calls that are hit then; kForEver: sticky
  Duration delay{};         // the virtual time that a call hit takes
  std::string file{};       // empty: any
};

class FaultPlan {
 public:
  struct Hit {
    Fault fault = Fault::none;
    Duration delay;
  };

  void add(PlannedFault fault) { faults_.push_back(std::move(fault)); }
  void clear() { faults_.clear(); }

  // What this call meets: the first fault planned that hits it, and the delays of all.
  Hit meet(FlashCall call, std::string_view file);

 private:
  std::vector<PlannedFault> faults_;
};

}  // namespace hf::sim
