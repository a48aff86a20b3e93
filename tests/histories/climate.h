// Which steps of a history are likely. What goes wrong in one climate hardly ever happens in
// another.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

#include "vocabulary/time.h"

namespace hf::histories {

struct Climate {
  std::uint32_t write;
  std::uint32_t remove;
  std::uint32_t stamp_elsewhere;
  std::uint32_t deliver;
  std::uint32_t sync;
  std::uint32_t sync_all;
  std::uint32_t pass_time;
  std::uint32_t change_clock;
  std::uint32_t reboot;
  std::uint32_t forget;
  std::array<std::int64_t, 4> spans_ms;  // time passes by up to one of these
};

// clang-format off
inline constexpr std::array kClimates{
    Climate{.write = 10, .remove = 2, .stamp_elsewhere = 1, .deliver = 7, .sync = 5, .sync_all = 0,
            .pass_time = 4, .change_clock = 1, .reboot = 1, .forget = 1,
            .spans_ms = {2, 90'000, hours(30).ms, days(20).ms}},     // everyday life
    Climate{.write = 5, .remove = 4, .stamp_elsewhere = 0, .deliver = 7, .sync = 5, .sync_all = 3,
            .pass_time = 4, .change_clock = 0, .reboot = 0, .forget = 4,
            .spans_ms = {1, days(4).ms, days(29).ms, days(40).ms}},  // graves grow old
    Climate{.write = 10, .remove = 1, .stamp_elsewhere = 2, .deliver = 5, .sync = 4, .sync_all = 0,
            .pass_time = 3, .change_clock = 4, .reboot = 3, .forget = 0,
            .spans_ms = {2, 1000, 90'000, hours(1).ms}},             // nobody knows the time
};
// clang-format on

inline constexpr std::uint64_t kStepWeights = 32;
static_assert(std::all_of(kClimates.begin(), kClimates.end(), [](const Climate& c) {
  return c.write + c.remove + c.stamp_elsewhere + c.deliver + c.sync + c.sync_all + c.pass_time +
             c.change_clock + c.reboot + c.forget ==
         kStepWeights;
}));

}  // namespace hf::histories
