// How a simulated broker behaves. Strict is what the standard promises; nasty is what has been seen
// in the field, all within what a gateway must survive.
#pragma once

#include "hal/link.h"

namespace hf::sim {

struct BrokerManners {
  // Percent of publishes…
  std::uint32_t acknowledges_late_percent = 0;
  std::uint32_t never_acknowledges_percent = 0;
  std::uint32_t closes_instead_percent = 0;  // having taken the message, or not
  std::uint32_t duplicates_percent = 0;      // of messages passed on
  std::uint32_t forgets_percent = 0;         // acknowledged and then lost

  Duration late_by = seconds(5);
  bool drops_sessions = false;  // at every disconnection

  hal::LinkReason refuses_connections = hal::LinkReason::none;
  hal::LinkReason refuses_publishes = hal::LinkReason::none;
  std::uint64_t quota_publishes = 0;  // then quota_exceeded; 0: none
  std::uint32_t packet_bytes_max = 0;
  std::uint16_t receive_max = 0;
};

inline constexpr BrokerManners kStrictBroker{};
inline constexpr BrokerManners kNastyBroker{.acknowledges_late_percent = 10,
                                            .never_acknowledges_percent = 2,
                                            .closes_instead_percent = 3,
                                            .duplicates_percent = 10,
                                            .forgets_percent = 1,
                                            .late_by = seconds(5),
                                            .drops_sessions = true,
                                            .refuses_connections = hal::LinkReason::none,
                                            .refuses_publishes = hal::LinkReason::none,
                                            .quota_publishes = 0,
                                            .packet_bytes_max = 64 * 1024,
                                            .receive_max = 10};

}  // namespace hf::sim
