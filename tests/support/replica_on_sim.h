// A replica on a shelf on a simulated flash, in the words of the tests.
#pragma once

#include <memory>

#include "documents/policy.h"
#include "state/replica.h"
#include "tests/support/shelf_on_sim.h"

namespace hf::test {

inline constexpr std::int64_t kBeginningMs = 1'700'000'000'000;
inline const documents::DocumentId kPump{.collection = "equipment", .key = "pump-1"};

struct ReplicaRoom {
  state::ReplicaMemory memory() {
    return {.documents = documents, .entries = entries, .audit = audit, .rooms = rooms};
  }

  alignas(8) std::array<std::byte, 64 * 1024> documents;
  std::array<state::PileEntry, 64> entries;
  std::array<documents::AuditEntry, limits::kAuditEntries> audit;
  state::ReplicaRooms rooms;
};

class ReplicaOnSim {
 public:
  explicit ReplicaOnSim(std::uint64_t seed = 1, const sim::MediumModel& model = {})
      : on(seed, model), seed_(seed) {}

  // A new process. The time of day goes on unless a test changes it.
  Status start() {
    replica.reset();
    const Status opened = on.start();
    room_ = std::make_unique<ReplicaRoom>();
    replica.emplace(*on.shelf, room_->memory(), ++seed_ * 7919);
    const Status loaded = replica->load(utc);
    return is_ok(opened) ? loaded : opened;
  }
  Status cut_and_start() {
    on.cut_power();
    return start();
  }
  void pass(Duration time) {
    utc.at = utc.at + time;
    on.now = on.now + time;
  }

  Status set(std::string_view field, const documents::Value& value,
             std::string_view author = "anna", const documents::DocumentId& id = kPump) {
    const documents::Change change{.field = {documents::Part::desired, field}, .value = value};
    return replica->create(id, {&change, 1}, {documents::Side::local, author}, utc);
  }
  Status set(std::string_view field, std::int64_t value) {
    return set(field, documents::Value::integer(value));
  }
  // The integer in effect; -1: none is.
  std::int64_t says(std::string_view field, const documents::DocumentId& id = kPump) const {
    documents::DocumentView document;
    documents::Field found;
    if (!replica->find(id, document) || !document.find({documents::Part::desired, field}, found)) {
      return -1;
    }
    const documents::Write* write =
        documents::in_effect(found, documents::policy_of(id.collection));
    return write == nullptr ? -1 : write->value.as_integer();
  }

  ShelfOnSim on;
  std::optional<state::Replica> replica;
  UtcReading utc{.at = {kBeginningMs}, .error = milliseconds(20), .quality = TimeQuality::synced};

 private:
  std::unique_ptr<ReplicaRoom> room_;
  std::uint64_t seed_;
};

// What the hub would say of one field, as a delta.
class HubPen {
 public:
  explicit HubPen(std::uint32_t origin = 7) : origin_{origin} {}

  documents::DocumentView writes(const documents::DocumentView& knowing, std::string_view field,
                                 const documents::Value& value, std::int64_t ms,
                                 std::string_view author = "hub") {
    const documents::Change change{.field = {documents::Part::desired, field}, .value = value};
    const documents::Signature by{
        .stamp = {ms, count_++, origin_}, .side = documents::Side::upstream, .author = author};
    HF_ASSERT(is_ok(documents::create(knowing, {&change, 1}, by, *delta_)));
    return delta_->view();
  }
  // Knowing nothing of the document.
  documents::DocumentView writes(const documents::DocumentId& id, std::string_view field,
                                 std::int64_t value, std::int64_t ms) {
    blank_->begin(id);
    return writes(blank_->view(), field, documents::Value::integer(value), ms);
  }

 private:
  documents::Origin origin_;
  std::uint32_t count_ = 0;
  std::unique_ptr<documents::Document> delta_ = std::make_unique<documents::Document>();
  std::unique_ptr<documents::Document> blank_ = std::make_unique<documents::Document>();
};

}  // namespace hf::test
