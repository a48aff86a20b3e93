// The power of a simulated board: on until somebody cuts it, or until a planned number of durable
// changes has been made.
//
// Every part that keeps something through a power cut asks here before each change it makes. A
// sweep plans the cut after 0, 1, 2 … changes until the work completes, and so meets each cut point
// there is.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <utility>

namespace hf::sim {

class Supply {
 public:
  bool is_on() const { return is_on_; }

  // The first `changes` changes from now on are made; power goes in the middle of the next one.
  void lose_after(std::uint64_t changes) { changes_left_ = changes; }

  void cut() {
    if (!std::exchange(is_on_, false)) return;
    if (at_loss_) at_loss_();
  }

  // Called at each cut, in the middle of the call during which power goes.
  void call_at_loss(std::function<void()> at_loss) { at_loss_ = std::move(at_loss); }

  // On again, with no cut planned.
  void restore() {
    is_on_ = true;
    changes_left_ = kNever;
  }

  // A durable change begins. False: the power goes while it is under way, so it may come out
  // either way, and its caller learns `unavailable`. REQUIRES: is_on().
  bool lasts_for_a_change() {
    ++changes_;
    if (changes_left_ == kNever) return true;
    if (changes_left_ > 0) {
      --changes_left_;
      return true;
    }
    cut();
    return false;
  }

  // Changes begun so far, in all boots.
  std::uint64_t changes() const { return changes_; }

 private:
  static constexpr std::uint64_t kNever = std::numeric_limits<std::uint64_t>::max();

  bool is_on_ = true;
  std::function<void()> at_loss_;
  std::uint64_t changes_left_ = kNever;
  std::uint64_t changes_ = 0;
};

}  // namespace hf::sim
