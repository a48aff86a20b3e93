// The media that power cuts are swept over, from one that promises nothing beyond a sync to those
// that boards have; and the sweep over every place where a fault can be.
#pragma once

#include <cstdint>

#include "platform/sim/flash.h"

namespace hf::test {

struct Medium {
  const char* name;
  sim::MediumModel model;
};

// clang-format off
inline const Medium kMedia[] = {
    {"worst",   {}},
    {"torn 4k", {.sector_bytes = 4096}},
    {"whole",   {.tears_sectors = false}},
    {"ordered", {.reorders = false, .orders_names = true}},
    {"card",    sim::kExt4OnCard},
    {"nand",    sim::kUbifsOnNand},
};
// clang-format on

// try_at(0), try_at(1), … until it says that the work came to its end before the fault. Returns how
// often it tried.
template <typename TryAt>
std::uint64_t sweep_places(TryAt try_at) {
  std::uint64_t place = 0;
  while (!try_at(place)) ++place;
  return place + 1;
}

inline sim::PlannedFault fails_once(sim::FlashCall call, std::uint64_t nth) {
  sim::PlannedFault fault;
  fault.call = call;
  fault.fault = sim::Fault::io_error;
  fault.times = 1;
  fault.after = nth;
  return fault;
}

}  // namespace hf::test
