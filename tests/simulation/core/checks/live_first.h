// Live first: while nothing is wrong with the link, what is measured now arrives soon, whatever
// backlog there is. Soon is fifteen seconds; on a link that costs, one live period more than its
// longest.
#pragma once

#include "flows/uplink/settings.h"
#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class LiveFirst final : public Checker {
 public:
  LiveFirst(Findings& findings, Truth& truth) : findings_(findings), truth_(truth) {}

  void frame_arrived(const ArrivedFrame& frame, const Upstream& /*upstream*/) override {
    if (frame.header.kind != wire::FrameKind::readings) return;
    const LifeOfBoard* const life = truth_.find(frame.header.boot);
    if (life == nullptr) return;
    newest_ = std::max(newest_, life->begun_at + (frame.header.last - Uptime{}));
  }

  // It does not matter by which way the newest came.
  void fair_second_passed(Duration now, bool is_metered) override {
    const Duration age = now - newest_;
    const Duration most = is_metered ? kMostMetered : kMost;
    oldest_ = std::max(oldest_, age);
    if (age <= most) return;
    findings_.note(Promise::live_first, "at " + clock_face(now) + " the newest that had come was " +
                                            std::to_string(age.ms) + " ms old");
  }

 private:
  static constexpr Duration kMost = seconds(15);
  static constexpr Duration kMostMetered =
      flows::UplinkSettings{}.live_period_most + flows::UplinkSettings{}.live_period_least_metered;

  Findings& findings_;
  Truth& truth_;
  Duration newest_;  // measured then, in the world's time
  Duration oldest_;
};

}  // namespace hf::simulation
