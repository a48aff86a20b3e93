// Describing: makes what people say of single sensors true, and says back what is in force.
//
// A sensor's facts come in three layers: what is assumed of all (settings `sensors.*`), what the
// source of its readings and the files in /etc/holdfast say of it by name, and what its document
// says (collection "sensors", key equipment.sensor), edited here or upstream. A later layer wins,
// word by word. A word of a document that is cleared lets the file show again.
//
//   DE1  What a document says is in force with the next step, and what it says no more is not.
//   DE2  A sensor of which something is said reports all that is said of it as it is in force; one
//        of which nothing is said has no report, so a field of a hundred plain sensors costs
//        neither flash nor bytes.
//   DE3  Limits the wrong way round change nothing of their sensor, and are counted.
//   DE4  At most kReportsPerStep documents are written in a step.
//
// A document of a sensor that is not on the roster waits: its sensor may come with another start.
//
// Never allocates. Owned by the service loop. Cost: a step without news is a comparison.
#pragma once

#include <cstdint>
#include <utility>

#include "state/replica.h"
#include "stores/roster/roster.h"

namespace hf::flows {

inline constexpr std::uint32_t kReportsPerStep = 8;

class Describing final : public state::DocumentObserver {
 public:
  // REQUIRES: both outlive this.
  Describing(state::Replica& replica, stores::Roster& roster);

  // When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc);

  // Something in the roster has changed, whoever did it: what is reported is looked through again.
  void look_again() { reports_left_from_ = 0; }
  // True once after facts have changed by a document: for those who were told them.
  bool take_change() { return std::exchange(has_changed_, false); }

  std::uint64_t refused() const { return refused_; }  // DE3

 private:
  void changed(const state::Changed& change) override;
  void take_documents();
  bool report(SensorIndex sensor, const UtcReading& utc);

  state::Replica& replica_;
  stores::Roster& roster_;
  bool is_news_ = true;
  bool has_changed_ = false;
  std::uint32_t reports_left_from_ = 0;  // the sensor at which to go on
  std::uint64_t refused_ = 0;
};

}  // namespace hf::flows
