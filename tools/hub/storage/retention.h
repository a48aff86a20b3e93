// Lets go of the oldest frames, where somebody has set a bound; by default everything is kept.
//
// What goes is the frames' bytes and nothing that decides: watermarks, runs and gap records stay
// for good. So what was let go and is sent again is known and not taken in anew, and `verify` can
// tell what is gone from what was lost.
//
//   L1  A position that was let go counts as received for ever: no receipt changes.
//   L2  What is let go is recorded in the same transaction, by position and resolution.
//   L3  A frame that a bound does not ask for stays, and gap records always.
//
// Any number of workers may do it at once; each frame goes once. Everything may throw a Failure.
#pragma once

#include "tools/hub/coverage/coverage.h"
#include "tools/hub/storage/sql.h"
#include "vocabulary/time.h"

namespace hf::hub {

// Zero: no bound.
struct RetentionBounds {
  Duration age{};           // since a frame came
  std::uint64_t bytes = 0;  // of all frames, without what the database adds
  bool any() const { return age.ms > 0 || bytes > 0; }
};

struct LetGo {
  std::uint64_t frames = 0;
  std::uint64_t bytes = 0;
  std::uint64_t readings = 0;
};

class Retention {
 public:
  // How often it is looked whether anything is to go.
  static constexpr Duration kLookEvery = minutes(10);
  // Of one transaction: gateways wait for their lanes meanwhile.
  static constexpr std::int64_t kFramesAtOnce = 200;

  // `sql` must outlive it.
  Retention(Sql& sql, const RetentionBounds& bounds) : sql_(sql), bounds_(bounds) {}

  // One transaction's worth, if it is time to look. To be called again and again.
  void step(UtcTime now);

  const LetGo& counts() const { return counts_; }

 private:
  struct Frame;
  std::vector<Frame> oldest(UtcTime now);
  std::uint64_t erase(const std::vector<Frame>& frames);
  void record(std::int64_t lane_id, const std::vector<Frame>& frames);

  Sql& sql_;
  RetentionBounds bounds_;
  LetGo counts_;
  UtcTime look_at_;
  bool is_sweeping_ = false;
  std::uint64_t bytes_left_ = 0;  // of all frames, while sweeping
};

}  // namespace hf::hub
