// Keeps over a restart how often connecting has failed: a board that restarts again and again, or a
// program that is started anew by its guard, must not knock at a broker as if it were the first
// time.
//
// What no longer changes a wait is not written: an outage of a week costs ten writes. Where the
// medium fails nothing is kept, and the back-off begins anew; that is what it is worth.
#pragma once

#include <algorithm>
#include <array>

#include "files/note/note.h"
#include "flows/uplink/backoff.h"
#include "vocabulary/bytes.h"

namespace hf::flows::uplink {

class BackoffNote {
 public:
  // Doubled so often, the first wait is longer than any bound.
  static constexpr std::uint32_t kFailuresMost = 10;

  // REQUIRES: `flash` outlives this.
  explicit BackoffNote(hal::Flash& flash) : note_(flash, "backoff") {}

  BackoffState load() {
    std::array<std::byte, sizeof(std::uint32_t)> bytes{};
    const auto size = note_.load(bytes);
    if (size.ok() && size.value() == bytes.size()) {
      kept_.failures = std::min(load_u32(bytes), kFailuresMost);
    }
    return kept_;
  }

  // As often as one likes: it is written when it says something new.
  void keep(const BackoffState& state) {
    const std::uint32_t failures = std::min(state.failures, kFailuresMost);
    if (failures == kept_.failures) return;
    kept_.failures = failures;
    std::array<std::byte, sizeof failures> bytes{};
    store(std::span{bytes}, failures);
    static_cast<void>(note_.save(bytes));  // see above
  }

 private:
  files::Note note_;
  BackoffState kept_;
};

}  // namespace hf::flows::uplink
