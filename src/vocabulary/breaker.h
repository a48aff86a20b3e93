// A circuit breaker: who fails again and again is asked rarely, and taken back after one success.
//
// It counts failures that followed one another. Closed, everything may go; open, nothing, until the
// pause is over; half open, one goes as a probe, and what becomes of it decides. Only the
// transitions below exist; a pair that is not there changes nothing.
//
// For whoever asks somebody who may not answer: a broker that refuses everything, a field device
// whose bus waits for it. Pure: no clock. Cost: a few comparisons.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "vocabulary/time.h"

namespace hf {

struct BreakerSettings {
  std::uint32_t failures_max = 5;   // in a row: then it opens …
  Duration open_for = seconds(30);  // … for so long
  friend bool operator==(const BreakerSettings&, const BreakerSettings&) = default;
};

enum class BreakerState : std::uint8_t { closed, open, half_open };
enum class BreakerEvent : std::uint8_t { succeeded, failed_too_often, pause_over, probe_failed };

struct BreakerTransition {
  BreakerState from;
  BreakerEvent on;
  BreakerState to;
};

// clang-format off
inline constexpr std::array kBreakerTransitions{
  BreakerTransition{BreakerState::closed,    BreakerEvent::failed_too_often, BreakerState::open},
  BreakerTransition{BreakerState::open,      BreakerEvent::pause_over,       BreakerState::half_open},
  BreakerTransition{BreakerState::half_open, BreakerEvent::succeeded,        BreakerState::closed},
  BreakerTransition{BreakerState::half_open, BreakerEvent::probe_failed,     BreakerState::open},
  // An answer to what went before it opened: it is there after all.
  BreakerTransition{BreakerState::open,      BreakerEvent::succeeded,        BreakerState::closed},
};
// clang-format on

constexpr std::string_view to_text(BreakerState state) {
  constexpr std::string_view kWords[] = {"closed", "open", "half_open"};
  return kWords[static_cast<std::size_t>(state) % 3];
}

class Breaker {
 public:
  explicit Breaker(const BreakerSettings& settings) : settings_(settings) {}

  void set(const BreakerSettings& settings) { settings_ = settings; }

  // Whether one more may go now. Half open: one, until its outcome is known.
  bool permits(Uptime now) {
    if (state_ == BreakerState::open && now >= reopens_at_) go(BreakerEvent::pause_over, now);
    return state_ == BreakerState::closed || (state_ == BreakerState::half_open && !is_probing_);
  }
  // One went.
  void note_asked() { is_probing_ = state_ == BreakerState::half_open; }

  void note_success(Uptime now) {
    failures_ = 0;
    is_probing_ = false;
    go(BreakerEvent::succeeded, now);
  }
  void note_failure(Uptime now) {
    ++failures_;
    is_probing_ = false;
    if (state_ == BreakerState::half_open) return go(BreakerEvent::probe_failed, now);
    if (failures_ >= settings_.failures_max) go(BreakerEvent::failed_too_often, now);
  }
  // It said itself that it has had enough.
  void trip(Uptime now) {
    is_probing_ = false;
    go(state_ == BreakerState::half_open ? BreakerEvent::probe_failed
                                         : BreakerEvent::failed_too_often,
       now);
  }
  // Whatever was on its way is void.
  void note_disconnected() { is_probing_ = false; }

  BreakerState state() const { return state_; }
  std::uint64_t times_opened() const { return times_opened_; }
  // When permits() may answer otherwise; only while it is open.
  Uptime reopens_at() const { return reopens_at_; }

 private:
  void go(BreakerEvent event, Uptime now) {
    for (const BreakerTransition& transition : kBreakerTransitions) {
      if (transition.from != state_ || transition.on != event) continue;
      state_ = transition.to;
      if (state_ == BreakerState::open) {
        reopens_at_ = now + settings_.open_for;
        failures_ = 0;
        ++times_opened_;
      }
      return;
    }
  }

  BreakerSettings settings_;
  BreakerState state_ = BreakerState::closed;
  std::uint32_t failures_ = 0;  // in a row
  bool is_probing_ = false;
  Uptime reopens_at_;
  std::uint64_t times_opened_ = 0;
};

}  // namespace hf
