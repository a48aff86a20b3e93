// The media that power cuts are swept over, from one that promises nothing beyond a sync to those
// that boards have; and the sweep over every place where a fault can be.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <span>

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

// All of them, or as many of the first as HOLDFAST_MEDIA says: on an emulated board each takes
// minutes. The first promises least.
inline std::span<const Medium> swept_media() {
  std::size_t count = std::size(kMedia);
  if (const char* const wanted = std::getenv("HOLDFAST_MEDIA"); wanted != nullptr) {
    std::from_chars(wanted, wanted + std::strlen(wanted), count);
  }
  return std::span{kMedia}.first(std::clamp<std::size_t>(count, 1, std::size(kMedia)));
}

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
