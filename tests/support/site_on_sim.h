// A gateway's state on a desk: shelf, replica, inbox, queue and reconciling on one simulated flash;
// and a hub that hears what the queue offers and answers as a hub does.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "documents/comparing.h"
#include "documents/merge.h"
#include "flows/reconciling/reconciling.h"
#include "tests/support/queue_on_sim.h"
#include "tests/support/replica_on_sim.h"

namespace hf::test {

// The hub's copy. Whole documents in a map, merged by the same code.
class HubOnDesk final : public documents::DocumentSet, public documents::MessageOut {
 public:
  using Bytes = std::vector<std::byte>;
  using Key = std::pair<std::string, std::string>;

  std::uint32_t count() const override { return static_cast<std::uint32_t>(all.size()); }
  documents::DocumentView at(std::uint32_t place) const override {
    return view_of(std::next(all.begin(), static_cast<std::ptrdiff_t>(place))->second);
  }
  std::uint32_t first_of(std::string_view collection) const override {
    return static_cast<std::uint32_t>(
        std::distance(all.begin(), all.lower_bound({std::string(collection), std::string()})));
  }
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const override {
    const auto found = all.find({std::string(id.collection), std::string(id.key)});
    if (found != all.end()) document = view_of(found->second);
    return found != all.end();
  }
  Status say(const documents::Message& message) override {
    Bytes payload(documents::kDownHeadBytes + documents::kEnvelopeBytes + message.body.size());
    std::size_t size = documents::kDownHeadBytes;
    HF_ASSERT(is_ok(documents::append_message(message, payload, size)));
    documents::seal_down(payload);
    down.push_back(payload);
    return Status::ok;
  }

  void set(const documents::DocumentId& id, std::string_view field, const documents::Value& value,
           std::int64_t ms) {
    const Bytes ours = known(id);
    const std::int64_t at = std::max(ms, view_of(ours).latest().ms + 1);
    const Bytes delta = copied(pen_.writes(view_of(ours), field, value, at).bytes());
    merge_in(view_of(delta));
    static_cast<void>(say({documents::MessageKind::delta, delta}));
  }
  void compare() {
    documents::Comparing comparing(*this, *this, *scratch_);
    static_cast<void>(comparing.begin(state::kCollections));
  }
  // A frame as the gateway's queue offered it.
  void hear(std::span<const std::byte> frame) {
    wire::OpenedFrame opened;
    if (!is_ok(wire::open_frame(frame, opened))) return;
    kinds.push_back(opened.header.kind);
    if (opened.header.kind != wire::FrameKind::sync) {
      documents::DocumentView delta;
      if (is_ok(documents::DocumentView::parse(opened.body, delta))) merge_in(delta);
      return;
    }
    documents::Message message;
    std::span<const std::byte> left = opened.body;
    while (is_ok(documents::take_message(left, message))) {
      if (message.kind == documents::MessageKind::refusal) ++refusals;
      documents::Comparing comparing(*this, *this, *scratch_);
      static_cast<void>(comparing.answer(message));
    }
  }

  std::map<Key, Bytes> all;
  std::deque<Bytes> down;  // payloads on their way to the gateway
  std::vector<wire::FrameKind> kinds;
  int refusals = 0;

 private:
  struct NoLosses final : documents::LossSink {
    void lost(const documents::Loss& /*loss*/) override {}
  };
  static Bytes copied(std::span<const std::byte> bytes) { return {bytes.begin(), bytes.end()}; }
  static documents::DocumentView view_of(const Bytes& bytes) {
    documents::DocumentView view;
    HF_ASSERT(is_ok(documents::DocumentView::parse(bytes, view)));
    return view;
  }
  Bytes known(const documents::DocumentId& id) {
    documents::DocumentView document;
    if (find(id, document)) return copied(document.bytes());
    room_->begin(id);
    return copied(room_->view().bytes());
  }
  void merge_in(const documents::DocumentView& delta) {
    const Bytes ours = known(delta.id());
    NoLosses none;
    documents::merge(view_of(ours), delta, documents::policy_of(delta.id().collection), *room_,
                     none);
    const documents::DocumentView merged = room_->view();
    all[{std::string(merged.id().collection), std::string(merged.id().key)}] =
        copied(merged.bytes());
  }

  HubPen pen_;
  std::unique_ptr<documents::Document> room_ = std::make_unique<documents::Document>();
  std::unique_ptr<documents::Document> scratch_ = std::make_unique<documents::Document>();
};

class SiteOnSim {
 public:
  explicit SiteOnSim(std::uint64_t seed = 1) : on(seed), seed_(seed) {}
  ~SiteOnSim() { end(); }

  Status start() {
    end();
    HF_TRY(on.start());
    room_ = std::make_unique<Room>();
    shelf.emplace(*on.engine, on.flash,
                  state::ShelfSettings{.file_bytes_max = 256 * 1024,
                                       .cache_pages = 20,
                                       .page_bytes = 1024,
                                       .log_pages_max = 20});
    HF_TRY(shelf->open(on.now));
    replica.emplace(*shelf,
                    state::ReplicaMemory{.documents = room_->replica.documents,
                                         .entries = room_->replica.entries,
                                         .audit = room_->replica.audit,
                                         .rooms = room_->replica.rooms},
                    ++seed_ * 104'729);
    HF_TRY(replica->load(utc));
    inbox.emplace(*replica, room_->waiting);
    reconciling.emplace(*replica, *inbox, *on.queue, room_->reconciling, on.boot());
    return Status::ok;
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
