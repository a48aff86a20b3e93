// What tests of the queue have at hand: a queue on a simulated flash, a hub, and the verbs of both.
#pragma once

#include <CppUTest/TestHarness.h>

#include <limits>

#include "tests/support/model_hub.h"
#include "tests/support/queue_on_sim.h"
#include "tests/support/status_equal.h"

namespace hf::test {

// Sends what is offered, at most `count`. Returns how many there were.
inline int send(QueueOnSim& on, ModelHub& hub, stores::Choice choice,
                int count = std::numeric_limits<int>::max()) {
  int sent = 0;
  stores::Offer offer;
  while (sent < count && is_ok(on.queue->peek(choice, on.now, queue_room().out, offer))) {
    hub.take(offer);
    STATUS_EQUAL(Status::ok, on.queue->mark_in_flight(offer));
    ++sent;
  }
  return sent;
}

// Receipts, also of streams that have ended, which the queue does not know any more.
inline void receive_what_is_known(QueueOnSim& on, ModelHub& hub) {
  for (const auto& [key, lane] : hub.lanes) {
    static_cast<void>(is_ok(on.queue->acknowledge(hub.receipt(key.first, key.second), on.now)));
  }
}

// Until a damaged file is salvaged, and all of it sent.
inline void serve_and_send(QueueOnSim& on, ModelHub& hub, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    on.pass(seconds(40));
    on.queue->serve(on.now);
    send(on, hub, stores::Choice::events);
    send(on, hub, stores::Choice::backlog);
    receive_what_is_known(on, hub);
  }
}

struct QueueBench {
  QueueOnSim on;
  ModelHub hub;
  std::uint64_t serial = 1;  // of the next row

  stores::OfflineQueue& queue() { return *on.queue; }

  Status keep(std::uint32_t rows = 2) {
    const auto frame = plain_frame(serial, rows, on.now, on.boot());
    serial += rows;
    return queue().keep(frame, on.now);
  }
  Status keep_event() {
    return queue().keep_event(plain_frame(serial++, 1, on.now, on.boot(), wire::FrameKind::alert),
                              on.now);
  }
  // A frame of so many rows, a second each, every turn.
  void keep_for(int frames, std::uint32_t rows = 2) {
    for (int frame = 0; frame < frames; ++frame) {
      STATUS_EQUAL(Status::ok, keep(rows));
      on.pass(seconds(rows));
    }
  }
  void batch() { STATUS_EQUAL(Status::ok, queue().batch(on.now)); }

  Status peek(stores::Choice choice, stores::Offer& offer) {
    return queue().peek(choice, on.now, queue_room().out, offer);
  }
  bool has(stores::Choice choice) {
    stores::Offer offer;
    return is_ok(peek(choice, offer));
  }
  int send(stores::Choice choice, int count = 1000) { return test::send(on, hub, choice, count); }
  void send_all() {
    for (const auto choice :
         {stores::Choice::events, stores::Choice::live, stores::Choice::backlog}) {
      send(choice);
    }
  }
  void receive() {
    for (const auto& [key, lane] : hub.lanes) {
      STATUS_EQUAL(Status::ok, queue().acknowledge(hub.receipt(key.first, key.second), on.now));
    }
  }
  std::uint64_t stream() { return queue().figures(on.now).stream; }
};

}  // namespace hf::test
