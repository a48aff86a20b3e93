// Order: in a stream, what was measured later has a higher position, within a boot and over boots.
#pragma once

#include <map>

#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

class Order final : public Checker {
 public:
  Order(Findings& findings, Truth& truth) : findings_(findings), truth_(truth) {}

  void frame_arrived(const ArrivedFrame& frame, const Upstream& /*upstream*/) override {
    if (frame.header.kind != wire::FrameKind::readings) return;
    const LifeOfBoard* const life = truth_.find(frame.header.boot);
    if (life == nullptr) return;
    if (!frame.is_rising) note(frame, "rows out of order within a frame");
    const Time first{life->ordinal, frame.header.first.ms};
    const Time last{life->ordinal, frame.header.last.ms};
    auto& pieces = pieces_[frame.header.stream];
    const auto next = pieces.lower_bound(frame.rows.end);
    if (next != pieces.end() && next->second.first < last) note(frame, "later than what follows");
    auto before = pieces.lower_bound(frame.rows.first);
    if (before != pieces.begin() && (--before)->first < frame.rows.first &&
        before->second.end <= frame.rows.first && before->second.last > first) {
      note(frame, "earlier than what goes before");
    }
    pieces[frame.rows.first] = {frame.rows.end, first, last};
  }

 private:
  using Time = std::pair<std::uint32_t, std::int64_t>;  // boot, uptime
  struct Piece {
    Position end = 0;
    Time first;
    Time last;
  };

  void note(const ArrivedFrame& frame, const char* what) {
    findings_.note(Promise::order,
                   std::string(what) + ", at position " + std::to_string(frame.rows.first));
  }

  Findings& findings_;
  Truth& truth_;
  std::map<std::uint64_t, std::map<Position, Piece>> pieces_;  // by stream and first position
};

}  // namespace hf::simulation
