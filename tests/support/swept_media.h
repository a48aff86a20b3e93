// The media that power cuts are swept over: from one that promises nothing beyond a sync to those
// that boards have.
#pragma once

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

}  // namespace hf::test
