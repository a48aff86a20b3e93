// What a checker sees of a run. Each checker proves one sentence, the first of its file, and notes
// whatever contradicts it.
#pragma once

#include <memory>
#include <vector>

#include "gateway/gateway.h"
#include "platform/sim/board.h"
#include "platform/sim/mqtt/hub.h"
#include "stores/anchors/anchors.h"
#include "tests/simulation/core/findings.h"
#include "tests/simulation/core/truth.h"
#include "tests/simulation/core/upstream.h"
#include "tests/simulation/core/written_documents.h"
#include "tools/hub/mirror/mirrored_set.h"

namespace hf::simulation {

struct DocumentsInTheEnd {
  const state::Replica& gateway;
  const hub::MirroredSet& hub;
  const WrittenDocuments& written;
  UtcTime now;  // truly
};

class Checker {
 public:
  virtual ~Checker() = default;
  Checker() = default;
  Checker(const Checker&) = delete;
  Checker& operator=(const Checker&) = delete;

  // Upstream took a frame, and knows already what is in it.
  virtual void frame_arrived(const ArrivedFrame& /*frame*/, const Upstream& /*upstream*/) {}
  virtual void gap_arrived(const ArrivedGap& /*gap*/, const Upstream& /*upstream*/) {}

  virtual void anchor_arrived(const stores::Anchor& /*anchor*/) {}

  // A second passed in which nothing was wrong with power and link, and for minutes before.
  virtual void fair_second_passed(Duration /*now*/, bool /*is_metered*/) {}

  // The gateway runs: now and then, and once more before it ends in any way.
  virtual void looked_at(gateway::Gateway& /*gateway*/, const sim::Board& /*board*/) {}

  // Everything is well again, and no new reading comes; so long it took until all had arrived.
  virtual void drained(Duration /*took*/, bool /*is_all*/) {}

  // What the hub that sends receipts has in the end.
  virtual void hub_ended(const sim::Hub& /*hub*/, const Upstream& /*upstream*/) {}

  // Both ends had the time to tell each other all that was written.
  virtual void documents_ended(const DocumentsInTheEnd& /*end*/) {}

  // All faults are over, and all that could arrive has.
  virtual void run_ended(Truth& /*truth*/, const Upstream& /*upstream*/) {}
};

std::vector<std::unique_ptr<Checker>> all_checkers(Findings& findings, Truth& truth);

}  // namespace hf::simulation
