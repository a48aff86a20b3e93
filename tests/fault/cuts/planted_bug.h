// Bugs that a store like ours could have, done to the real one from outside: a sweep of power cuts
// is worth something only if it catches each of them.
#pragma once

#include <span>
#include <string_view>

#include "tests/fault/offline_queue/queue_script.h"

namespace hf::test {

struct PlantedBug {
  const char* name;
  const char* sentence;

  void (*begin)(QueueWork& work);      // before the first start; null: nothing
  void (*after_cut)(QueueWork& work);  // the power is back, the queue not yet started; or null
};

std::span<const PlantedBug> planted_bugs();

// Null: there is none of that name.
const PlantedBug* find_planted_bug(std::string_view name);

}  // namespace hf::test
