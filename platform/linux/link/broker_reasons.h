// What a broker says, in the words of hal/link.h.
#pragma once

#include "hal/link.h"

namespace hf::link_role {

// MQTT 5 reason codes (0x80 and above) and return codes of CONNACK in 3.1.1 (1 to 5): the sets do
// not overlap. Any other: protocol_error.
hal::LinkReason reason_of_code(int code);

// The broker does not speak the version of MQTT we began with.
bool refuses_version(int code);

}  // namespace hf::link_role
