// Messages on their way from the broker's thread to the worker's, within a bound.
//
// A full inbox makes the broker wait: whoever puts is held until there is room, so that what does
// not fit stays at the broker. That has an end: a worker that is stuck must not hold up the
// connection until it dies, so after kHoldMost a message is dropped and counted. Its gateway gets
// no receipt for it and sends it again.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "tools/hub/intake/intake.h"

namespace hf::hub {

class Inbox {
 public:
  static constexpr std::size_t kBytesMax = 64U << 20;
  static constexpr std::chrono::seconds kHoldMost{10};  // half of the keep-alive

  // Any thread.
  void put(Message message);

  // What is there, at most `bytes_max` and one message more; waits up to `wait` for the first. One
  // thread.
  std::deque<Message> take(std::chrono::milliseconds wait, std::size_t bytes_max);

  // Since the last call.
  std::uint64_t take_dropped() { return dropped_.exchange(0); }
  std::size_t bytes() const;

 private:
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::condition_variable emptied_;
  std::deque<Message> messages_;
  std::size_t bytes_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;
};

}  // namespace hf::hub
