// Time healed: wherever upstream knows the time of day of a reading, the true time lies within the
// doubt it is given; and it knows it of every boot whose clock was synced for a while.
#pragma once

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class TimeHealed final : public Checker {
 public:
  explicit TimeHealed(Findings& findings) : findings_(findings) {}

  void anchor_arrived(const stores::Anchor& anchor) override { arrived_.push_back(anchor); }

  // A clock that was set wrongly misleads everybody, so only synced boots are judged.
  void run_ended(Truth& truth, const Upstream& /*upstream*/) override {
    std::vector<stores::BootAnchors> memory(std::max<std::size_t>(truth.lives().size(), 2));
    stores::Anchors anchors(memory);
    for (const LifeOfBoard& life : truth.lives()) {
      anchors.begin_boot(life.boot);
      if (!life.moments.empty()) anchors.hear(life.boot, life.moments.back().at);
    }
    for (const stores::Anchor& anchor : arrived_) static_cast<void>(is_ok(anchors.add(anchor)));
    for (const LifeOfBoard& life : truth.lives()) judge(life, anchors);
  }

 private:
  void judge(const LifeOfBoard& life, const stores::Anchors& anchors) {
    std::uint64_t wrong = 0;
    for (const Moment& moment : life.moments) {
      stores::UtcSpan span;
      const bool is_known =
          is_ok(anchors.place(life.boot, moment.at, span)) && span.quality == TimeQuality::synced;
      if (!is_known && life.knew_the_time) return note_unknown(life);
      if (!is_known) return;
      const UtcTime truly = life.true_utc_at(moment.at);
      wrong += truly < span.earliest || truly > span.latest ? 1 : 0;
    }
    findings_.note(Promise::time_healed,
                   std::to_string(wrong) + " moments at a wrong time of day, in boot " +
                       std::to_string(life.ordinal),
                   wrong);
  }
  void note_unknown(const LifeOfBoard& life) {
    findings_.note(Promise::time_healed,
                   "nobody upstream knows when boot " + std::to_string(life.ordinal) + " was");
  }

  Findings& findings_;
  std::vector<stores::Anchor> arrived_;
};

}  // namespace hf::simulation
