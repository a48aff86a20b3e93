// The desk of the simulated hub at which documents are kept: the real hub's mirror, its rule of
// graves and its correspondence (tools/hub/mirror), over tables in memory.
//
// What a frame says is merged when the hub commits it, and answered after that; a hub that is
// killed forgets what it was asked, as a worker does. Edits are made in the store, also while no
// worker runs, and carried as soon as one does.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "platform/sim/board.h"
#include "platform/sim/mqtt/hub.h"
#include "tests/simulation/core/hub_tables.h"
#include "tools/hub/mirror/correspondence.h"
#include "tools/hub/mirror/mirror.h"

namespace hf::simulation {

class HubDesk {
 public:
  // The others must outlive it.
  HubDesk(sim::Board& board, sim::Hub& hub, std::uint64_t seed);

  // A frame of which something is new, and then: those so far are committed.
  void stored(const sim::Hub::Stored& stored);
  void committed();
  // A worker runs again, and knows of no question.
  void began_again();

  // As holdfast-hub does it: durable when they return. Outcomes of hub::Mirror's.
  Status set(const documents::DocumentId& id, std::span<const documents::Change> changes);
  Status remove(const documents::DocumentId& id);
  Status restore(std::uint64_t number);

  // What it has of a document; empty: nothing.
  std::string find(const documents::DocumentId& id) {
    return mirror_.table().find(HubTables::kGateway, id);
  }
  hub::MirroredSet all() { return mirror_.table().all_of(HubTables::kGateway); }
  std::vector<documents::AuditEntry> losses() {
    return mirror_.table().losses(HubTables::kGateway);
  }

  std::uint64_t merged() const { return told_.merged; }  // changes that came and were news
  std::uint64_t forgotten() { return mirror_.graveyard().forgotten(); }

 private:
  void speak();
  void speak_later();
  bool is_online() const;

  sim::Board& board_;
  sim::Hub& hub_;
  HubTables tables_;
  hub::Mirror mirror_;
  hub::DocumentTable table_{tables_};
  std::unique_ptr<hub::Correspondence> correspondence_;  // of the worker that runs
  std::vector<hub::CheckedFrame> frames_;
  hub::Mirrored told_;
  bool will_speak_ = false;
};

}  // namespace hf::simulation
