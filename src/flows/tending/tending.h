// Tending: says of each equipment whether it is heard, and of the gateway itself, as a node, what
// it does; and does what people want of that node.
//
//   E1  An equipment is `online` while a sensor of it is heard, and `offline` once none was for
//       kUnheard: a bus that hiccups costs no flash.
//   E2  What is reported is written when it changes, and at no other time.
//   E3  A node that is drained is sampled no more, all it had is filed, and then it says `drained`.
//
// The gateway's own node is named by its id. Never allocates. Owned by the service loop.
#pragma once

#include <string_view>

#include "state/replica.h"
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

class Tending {
 public:
  // `node`: the gateway's id. REQUIRES: all outlive this.
  Tending(state::Replica& replica, const telemetry::Telemetry& window, const stores::Roster& roster,
          std::string_view node)
      : replica_(replica), window_(window), roster_(roster), node_(node) {}

  // When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc, const NodeFacts& facts);

  // False: a person has drained or disabled this node. As of the last step.
  bool samples() const { return samples_; }

 private:
  bool is_first_of_equipment(std::uint32_t sensor) const;
  bool is_heard(const EquipmentId& equipment, Uptime now) const;
  void report(const documents::DocumentId& id, std::string_view field, std::string_view text,
              const UtcReading& utc);
  void tend_node(const UtcReading& utc, const NodeFacts& facts);

  state::Replica& replica_;
  const telemetry::Telemetry& window_;
  const stores::Roster& roster_;
  std::string_view node_;
  bool samples_ = true;
  Uptime due_;
};

}  // namespace hf::flows
