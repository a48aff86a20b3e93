// How long to wait before the next attempt to connect: exponential, with full jitter.
//
// Full jitter (anything between zero and the bound) because a thousand gateways lose the same
// broker in the same second. The bound falls back to the first one only after a connection has
// been stable for minutes: a broker that accepts and closes at once is not a good one, and 60
// connects a minute over a metered modem are a bill. So a success by itself resets nothing.
//
// Owns no clock and no store: the owner keeps state() over a restart of the process, or of the
// board, and gives it back.
#pragma once

#include <algorithm>

#include "flows/uplink/settings.h"
#include "vocabulary/random.h"

namespace hf::flows::uplink {

// What is worth keeping over a restart.
struct BackoffState {
  std::uint32_t failures = 0;  // in a row, also of connections that died young
  friend bool operator==(const BackoffState&, const BackoffState&) = default;
};

class Backoff {
 public:
  Backoff(const BackoffSettings& settings, std::uint64_t seed)
      : settings_(settings), random_(seed) {}

  void set(const BackoffSettings& settings) { settings_ = settings; }
  void restore(const BackoffState& state) { state_ = state; }
  const BackoffState& state() const { return state_; }

  // An attempt failed, or a connection ended that had lasted so long: when to try again.
  Duration after_failure(bool is_metered) {
    const Duration most = bound(is_metered);
    if (state_.failures < UINT32_MAX) ++state_.failures;
    // At least a tenth of a second: full jitter may say zero, and a loop without any wait starves
    // whatever else the core does.
    return milliseconds(std::max(kLeast.ms, random_.between(0, most.ms)));
  }
  Duration after_connection(Duration lasted, bool is_metered) {
    if (lasted >= settings_.stable_after) reset();
    return after_failure(is_metered);
  }

  // A connection has lasted `settings.stable_after`, a person asked, or the network changed.
  void reset() { state_ = {}; }

  bool has_given_up() const {
    return settings_.attempts_max != 0 && state_.failures >= settings_.attempts_max;
  }

  // The longest that the next wait can be.
  Duration bound(bool is_metered) const {
    const Duration most = is_metered ? settings_.most_metered : settings_.most_wired;
    Duration wait = settings_.first;
    for (std::uint32_t i = 0; i < state_.failures && wait < most; ++i) {
      wait = wait * settings_.factor;
      if (settings_.factor <= 1) break;
    }
    return std::min(wait, most);
  }

 private:
  static constexpr Duration kLeast = milliseconds(100);

  BackoffSettings settings_;
  Random random_;
  BackoffState state_;
};

}  // namespace hf::flows::uplink
