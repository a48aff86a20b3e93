// One line of a script: what is done with a queue, and how often.
#pragma once

#include <cstdint>

namespace hf::test {

enum class Do : std::uint8_t {
  keep,        // `count` frames of readings, a second apart
  fill,        // `count` large frames of readings
  event,       // `count` alerts
  wait,        // until the window has passed
  batch,       // until the batch period has passed
  fail_power,  // the supply's warning
  send,        // everything that is offered, up to `count` frames, without a receipt
  receive,     // a receipt for what was sent
  restart,     // the process ends and starts
  close,       // the process ends in order, and starts
  link_lost,
  day,     // until everything that upstream has is no history any more
  upkeep,  // `count` steps of work in idle time
};

struct Act {
  Do what;
  int count = 1;
};

}  // namespace hf::test
