// The link role: one connection to one broker, for the core at the other end of a channel
// (wire/link_channel.h, platform/linux/link_client.h).
//
// Keeps nothing worth keeping and may be killed at any moment. It takes care that little of what
// Paho is known for can happen, and that the rest ends in its own death, which the core repairs:
//   1. No reconnecting, no buffering, no persistence of Paho's; a client lives for one connection.
//   2. Paho's callbacks only put notes into a mailbox; nobody calls Paho from them.
//   3. A call into Paho that takes longer than kPahoCallMax ends the process by SIGALRM.
//   4. A connection that is lost is told before Paho is asked to clean up.
//   5. Names are resolved here, in a thread that may hang; Paho only ever sees addresses.
//
// MQTT 5; a broker that refuses it is asked again in 3.1.1.
#pragma once

namespace hf::link_role {

// `channel`: our end of the SOCK_SEQPACKET pair. Returns the exit status of the process: 0 when the
// core has closed its end, 1 when it speaks nonsense.
int run_link_role(int channel);

}  // namespace hf::link_role
