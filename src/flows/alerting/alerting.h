// Alerting: evaluates every reading against the rules, and writes down what is raised and what
// ends.
//
// Rules are documents (collection "rules"), compiled into a table when one changes; each rule with
// each sensor that it matches is a Watch (watching.h). What is raised is written as a document of
// the collection "alerts" and is on flash before the step returns; reconciling sends it up in the
// lane of alerts. Raising and ending are the gateway's; acknowledging and resolving are people's,
// from either side, merged like any other edit.
//
//   G1  Every reading of a watched sensor is looked at once, in order, as long as it is in the
//       window.
//   G2  What is raised stays raised through any reboot until its condition is over, and what is
//       latched until a person resolves it.
//   G3  An episode is told once: raised once, ended once, whatever the power does.
//   G4  At most kWritesPerStep are written in a step: a hundred alarms at once cost sampling no
//       more than ten do; the others follow in the next steps.
//   G5  What does not fit (rules, watches) is counted.
//   G6  A rule that still means what it meant goes on: its delays run, its means stay learned,
//       whatever becomes of other rules.
//
// Memory is the caller's. Owned by the service loop. Cost: a reading costs one look for each rule
// that watches its sensor.
#pragma once

#include <cstdint>
#include <span>

#include "flows/alerting/watching.h"
#include "state/replica.h"
#include "stores/ledger/ledger.h"
#include "stores/roster/roster.h"
#include "stores/telemetry/subscriptions.h"
#include "stores/telemetry/telemetry.h"

namespace hf::flows {

inline constexpr std::uint32_t kWritesPerStep = 8;

struct AlertingMemory {
  std::span<Rule> rules;
  std::span<Watch> watches;
  std::span<stores::telemetry::Sequence> places;  // one for each sensor of the roster's capacity
  std::span<Reading> page;
};

class Alerting final : public state::DocumentObserver {
 public:
  // REQUIRES: all outlive this; the roster is complete.
  Alerting(state::Replica& replica, const stores::telemetry::Telemetry& window,
           const stores::Roster& roster, const AlertingMemory& memory);

  // What rules do not say themselves; those for which it makes a difference begin anew.
  void assume(const AlertDefaults& defaults);

  // When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc);

  const stores::AlertingCounts& counts() const { return counts_; }
  // In force. Views of it are good until the next step.
  std::span<const Rule> rules() const { return memory_.rules.first(counts_.rules); }

 private:
  void changed(const state::Changed& change) override;

  void compile(Uptime now);
  void compile_rule(const documents::DocumentView& document);
  std::uint32_t keep_watches();
  void add_watches(std::uint16_t rule, Uptime now);
  stores::telemetry::SensorPattern pattern_of(const Rule& rule) const;
  bool is_seen(const stores::telemetry::SensorPattern& pattern, SensorIndex sensor) const;
  bool is_kept(const Watch& watch) const;
  bool is_read(SensorIndex sensor) const;
  bool is_in_use(const EquipmentId& equipment) const;
  void adopt(Watch& watch, Uptime now);
  void read_new(SensorIndex sensor);
  void end_orphans(const UtcReading& utc, std::uint32_t& writes);
  bool is_watched(const documents::DocumentId& alert) const;
  bool write_down(Watch& watch, News news, Uptime now, const UtcReading& utc);
  state::ItemKey key_of(const Watch& watch) const;

  state::Replica& replica_;
  const stores::telemetry::Telemetry& window_;
  const stores::Roster& roster_;
  AlertingMemory memory_;
  AlertDefaults defaults_;
  stores::AlertingCounts counts_;
  std::uint32_t kept_ = 0;  // while compiling: so many watches, in front, go on
  bool rules_changed_ = true;
  bool words_changed_ = true;  // of people, about alerts
  bool has_orphans_ = true;    // alerts whose rule or sensor is gone
};

}  // namespace hf::flows
