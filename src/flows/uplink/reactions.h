// What is done about each reason a link can give: one table, so that no reason is forgotten.
//
// A reason meets the uplink in two places. One message was refused, the connection stands
// (`failed`); or the connection ended, or never came about (`disconnected`). In the second case the
// frames that were on their way are nobody's fault and go back to the queue.
#pragma once

#include <cstdint>
#include <optional>

#include "hal/link.h"
#include "stores/offline_queue/offer.h"

namespace hf::flows::uplink {

enum class OnRefusal : std::uint8_t {
  send_again,    // not the frame's fault, and nobody's in particular
  refuse_frame,  // the queue counts it, and sets the frame aside when it happens too often
  send_smaller,  // cut it in two; when it cannot be cut, refuse_frame
  wait,          // the broker has had enough for now: publishing pauses, the frame goes again
};

enum class OnEnd : std::uint8_t {
  back_off,       // as ever
  wait_long,      // trying again soon cannot help: as long as the back-off ever waits
  wait_for_link,  // the link role is being replaced: soon
  wait_for_carrier,
};

struct Reaction {
  hal::LinkReason reason;
  OnRefusal on_refusal;
  stores::Refusal refusal;  // what the queue is told, when it is
  OnEnd on_end;
};

// The row of that reason.
const Reaction& reaction_to(hal::LinkReason reason);

}  // namespace hf::flows::uplink
