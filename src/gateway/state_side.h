// The side of the gateway that keeps what both ends may change: documents, inbox, alerts,
// and the flows that move them. The other side is readings.
//
// A part of its own because it stands on one promise, boots in one step, and a gateway without
// flash goes on with it in memory. Owned by the service loop.
#pragma once

#include <array>
#include <cstddef>

#include "config/limits/limits.h"
#include "config/limits/models.h"
#include "flows/alerting/alerting.h"
#include "flows/deploying/deploying.h"
#include "flows/describing/describing.h"
#include "flows/reconciling/reconciling.h"
#include "flows/tending/tending.h"
#include "flows/uplink/uplink.h"
#include "state/replica.h"
#include "stores/inbox/inbox.h"
#include "stores/models/models.h"

namespace hf::gateway {

struct StateMemory {
  alignas(8) std::array<std::byte, limits::kBoard.state_document_bytes> documents;
  std::array<state::PileEntry, limits::kBoard.documents_max> entries;
  std::array<documents::AuditEntry, limits::kAuditEntries> audit;
  state::ReplicaRooms rooms;
  std::array<std::byte, limits::kBoard.inbox_bytes> inbox;
  flows::ReconcilingRooms reconciling;
  std::array<flows::Rule, limits::kBoard.rules_max> rules;
  std::array<flows::Watch, limits::kBoard.watches_max> watches;
  std::array<stores::telemetry::Sequence, limits::kBoard.sensors_max> places;
  std::array<Reading, 64> page;
  std::array<std::byte, limits::kModelBytesMax> model_arriving;
  std::array<std::byte, limits::kModelBytesMax> model_kept;
  alignas(8) std::array<std::byte, limits::kModelTreeBytes> model_tree;

  state::ReplicaMemory replica() {
    return {.documents = documents, .entries = entries, .audit = audit, .rooms = rooms};
  }
  stores::ModelsMemory models() {
    return {.arriving = model_arriving, .kept = model_kept, .tree = model_tree};
  }
  flows::AlertingMemory alerting() {
    return {.rules = rules, .watches = watches, .places = places, .page = page};
  }
};
static_assert(sizeof(StateMemory) <= limits::state_ram_bytes(limits::kBoard),
              "count what is new in state_ram_bytes(), config/limits/board_class.h");

class StateSide final : public flows::UplinkInbox {
 public:
  // REQUIRES: all outlive it.
  StateSide(state::Shelf& shelf, StateMemory& memory, std::uint64_t seed,
            const stores::telemetry::Telemetry& window, stores::Roster& roster,
            stores::Nodes& nodes, stores::OfflineQueue& queue, BootId boot);

  // What the shelf has. Outcomes of Replica::load(): without a shelf that is open it works in
  // memory until there is one.
  Status open(const UtcReading& utc);

  // After sampling, so that what was read now is judged now. When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc, const flows::NodeFacts& facts);

  // What came down: documents wait in the inbox. unsupported: nobody here takes that class.
  Status take(wire::TopicClass topic_class, std::span<const std::byte> payload,
              Uptime now) override;
  // Whether upstream can be reached; after each time that it could not, both ends compare.
  void note_link(bool is_online, Uptime now);

  // What rules of alerts do not say themselves.
  void assume(const flows::AlertDefaults& defaults) { alerting_.assume(defaults); }

  // The roster has changed.
  void look_again() { describing_.look_again(); }
  // Whether facts of sensors have changed since this was last asked.
  bool take_described() { return describing_.take_change(); }

  // Orderly end: nothing waits for its debounce.
  void close(Uptime now, const UtcReading& utc);

  state::Replica& replica() { return replica_; }
  const state::Replica& replica() const { return replica_; }
  stores::Inbox& inbox() { return inbox_; }
  stores::Models& models() { return models_; }
  flows::Reconciling& reconciling() { return reconciling_; }
  const flows::Alerting& alerting() const { return alerting_; }

 private:
  state::Replica replica_;
  stores::Inbox inbox_;
  flows::Reconciling reconciling_;
  stores::Models models_;
  flows::Deploying deploying_;
  flows::Alerting alerting_;
  flows::Describing describing_;
  flows::Tending tending_;
  bool was_online_ = false;
};

}  // namespace hf::gateway
