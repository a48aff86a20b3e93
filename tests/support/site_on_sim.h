// A gateway's state on a desk: shelf, replica, inbox, queue and reconciling on one simulated flash.
#pragma once

#include <memory>
#include <string>

#include "flows/reconciling/reconciling.h"
#include "tests/support/hub_on_desk.h"
#include "tests/support/queue_on_sim.h"
#include "tests/support/replica_on_sim.h"

namespace hf::test {

class SiteOnSim {
 public:
  explicit SiteOnSim(std::uint64_t seed = 1) : on(seed), seed_(seed) {}
  ~SiteOnSim() { end(); }

  Status start() {
    end();
    const Status queue = on.start();
    if (queue != Status::unavailable) HF_TRY(queue);  // else it works in memory
    room_ = std::make_unique<Room>();
    shelf.emplace(*on.engine, on.flash, kSmallShelf);
    const Status opened = shelf->open(on.now);
    if (opened != Status::unavailable) HF_TRY(opened);
    replica.emplace(*shelf, room_->replica.memory(), ++seed_ * 104'729);
    const Status loaded = replica->load(utc);
    inbox.emplace(*replica, room_->waiting);
    reconciling.emplace(*replica, *inbox, *on.queue, room_->reconciling, on.boot());
    return is_ok(queue) ? loaded : queue;
  }
  void end() {
    reconciling.reset();
    inbox.reset();
    replica.reset();
    if (shelf) shelf->close();
    shelf.reset();
    on.end();
  }
  Status cut_and_start() {
    end();
    on.cut_power();
    return start();
  }

  Status set(std::string_view field, const documents::Value& value,
             const documents::DocumentId& id = kPump) {
    const documents::Change change{.field = {documents::Part::desired, field}, .value = value};
    const documents::Change* problem = nullptr;
    return inbox->set(id, {&change, 1}, {documents::Side::local, "anna"}, utc, problem);
  }
  std::string says(std::string_view field, const documents::DocumentId& id = kPump) const {
    documents::DocumentView document;
    documents::Field found;
    if (!replica->find(id, document)) return "no document";
    document.find({documents::Part::desired, field}, found);
    const documents::Write* write =
        documents::in_effect(found, documents::policy_of(id.collection));
    return write == nullptr ? "nothing" : std::string(write->value.as_text());
  }

  void step(Duration time = milliseconds(100)) {
    on.pass(time);
    utc.at = utc.at + time;
    reconciling->step(on.now, utc);
    on.queue->serve(on.now);
  }
  // All events the queue has to offer, to the hub, and its receipts back.
  void send_up(HubOnDesk& hub) {
    stores::Offer offer;
    while (is_ok(on.queue->peek(stores::Choice::events, on.now, queue_room().out, offer))) {
      hub.hear(offer.bytes);
      if (!is_ok(on.queue->mark_in_flight(offer))) break;
    }
  }
  void send_down(HubOnDesk& hub) {
    while (!hub.down.empty()) {
      static_cast<void>(is_ok(inbox->deliver(hub.down.front())));
      hub.down.pop_front();
    }
  }
  // The link is up until nobody has anything to say.
  void talk(HubOnDesk& hub) {
    for (int turn = 0; turn < 200; ++turn) {
      step();
      send_up(hub);
      send_down(hub);
    }
  }
  bool is_equal_to(const HubOnDesk& hub) const {
    if (hub.count() != replica->count()) return false;
    for (std::uint32_t place = 0; place < replica->count(); ++place) {
      if (text_of(replica->at(place).bytes()) != text_of(hub.at(place).bytes())) return false;
    }
    return true;
  }

  QueueOnSim on;
  std::optional<state::Shelf> shelf;
  std::optional<state::Replica> replica;
  std::optional<stores::Inbox> inbox;
  std::optional<flows::Reconciling> reconciling;
  UtcReading utc{.at = {kBeginningMs}, .error = milliseconds(20), .quality = TimeQuality::synced};

 private:
  struct Room {
    ReplicaRoom replica;
    std::array<std::byte, 16 * 1024> waiting;
    flows::ReconcilingRooms reconciling;
  };
  std::unique_ptr<Room> room_;
  std::uint64_t seed_;
};

}  // namespace hf::test
