#include "flows/uplink/reactions.h"

#include <array>

namespace hf::flows::uplink {
namespace {

using Reason = hal::LinkReason;
using Refused = stores::Refusal;

// clang-format off
constexpr std::array kReactions{
  Reaction{Reason::none,               OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::no_carrier,         OnRefusal::send_again,   Refused::invalid,        OnEnd::wait_for_carrier},
  Reaction{Reason::no_address,         OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::unreachable,        OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::tls_failed,         OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::not_authorised,     OnRefusal::refuse_frame, Refused::not_authorised, OnEnd::wait_long},
  Reaction{Reason::protocol_error,     OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::peer_closed,        OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::peer_silent,        OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::no_acknowledgement, OnRefusal::send_again,   Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::quota_exceeded,     OnRefusal::wait,         Refused::quota,          OnEnd::wait_long},
  Reaction{Reason::too_large,          OnRefusal::send_smaller, Refused::too_large,      OnEnd::back_off},
  Reaction{Reason::payload_invalid,    OnRefusal::refuse_frame, Refused::invalid,        OnEnd::back_off},
  Reaction{Reason::topic_invalid,      OnRefusal::refuse_frame, Refused::not_authorised, OnEnd::wait_long},
  Reaction{Reason::server_busy,        OnRefusal::wait,         Refused::quota,          OnEnd::wait_long},
  Reaction{Reason::taken_over,         OnRefusal::send_again,   Refused::invalid,        OnEnd::wait_long},
  Reaction{Reason::link_restarted,     OnRefusal::send_again,   Refused::invalid,        OnEnd::wait_for_link},
};
// clang-format on

// Taken over: another client has our name. Answering at once would throw it out, and it us.

constexpr bool rows_stand_by_reason() {
  for (std::size_t i = 0; i < kReactions.size(); ++i) {
    if (static_cast<std::size_t>(kReactions[i].reason) != i) return false;
  }
  return true;
}
static_assert(rows_stand_by_reason());
static_assert(kReactions.size() == static_cast<std::size_t>(Reason::link_restarted) + 1,
              "every reason has its reaction");

}  // namespace

const Reaction& reaction_to(hal::LinkReason reason) {
  const auto index = static_cast<std::size_t>(reason);
  return kReactions[index < kReactions.size() ? index : 0];
}

}  // namespace hf::flows::uplink
