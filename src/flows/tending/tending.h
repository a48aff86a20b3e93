// Tending: says of each equipment whether it is heard, and of each node (the gateway itself and the
// field devices beneath it) what it does; and lets people drain, disable and remove them.
//
//   E1  An equipment is `online` while a sensor of it is heard, and `offline` once none was for
//       kUnheard (or three of its periods): a bus that hiccups costs no flash.
//   E2  What is reported is written when it changes, and at no other time.
//   E3  A node that is drained is sampled no more, all it had is filed, and then it says `drained`.
//   E4  What a person has deleted stays deleted: equipment is measured without a word of it, a
//       node is not asked. The gateway's own node cannot be removed.
//
// The gateway's own node is named by its id. Never allocates. Owned by the service loop.
#pragma once

#include <string_view>

#include "state/replica.h"
#include "stores/nodes/nodes.h"
#include "stores/roster/roster.h"
#include "stores/telemetry/telemetry.h"

namespace hf::flows {

inline constexpr Duration kUnheard = seconds(30);
inline constexpr Duration kTendPeriod = seconds(5);

// What the gateway knows of itself.
struct NodeFacts {
  bool is_degraded = false;  // it goes on without a part, or in memory only
  bool is_flushed = false;   // nothing that was taken waits for the flash
};

class Tending final : private state::GraveKeeper {
 public:
  // REQUIRES: all outlive this.
  Tending(state::Replica& replica, const stores::telemetry::Telemetry& window,
          const stores::Roster& roster, stores::Nodes& nodes)
      : replica_(replica), window_(window), roster_(roster), nodes_(nodes) {
    replica.keep_graves_for(*this);
  }

  // When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc, const NodeFacts& facts);

 private:
  bool needs(const documents::DocumentId& id) const override;
  bool is_first_of_equipment(std::uint32_t sensor) const;
  bool is_heard(const EquipmentId& equipment, Uptime now) const;
  void report(const documents::DocumentId& id, std::string_view field,
              const documents::Value& value, const UtcReading& utc);
  void tend_node(stores::NodeIndex index, Uptime now, const UtcReading& utc,
                 const NodeFacts& facts);

  state::Replica& replica_;
  const stores::telemetry::Telemetry& window_;
  const stores::Roster& roster_;
  stores::Nodes& nodes_;
  Uptime due_;
};

}  // namespace hf::flows
