// What Paho leaves out of TLS, put in where it begins a handshake: this program has its own
// SSL_connect() (tls_watch.cpp), which prepares the handshake and goes on to OpenSSL's.
//
//   - A session of an earlier connection to the same place is resumed: one round trip and the
//     certificates less, which is seconds on a slow link.
//   - Certificates are judged at the core's time when the system's clock is behind it (a board
//     without a battery wakes up in 1970). Verification itself is never touched.
#pragma once

#include <cstdint>
#include <string_view>

namespace hf::link_role {

// Before each attempt. `place`: where it goes and as whom; sessions of other places are forgotten.
void prepare_tls(std::string_view place, std::uint64_t utc_s);

// Whether a handshake has begun since: whoever began one has reached the other end.
bool tls_has_begun();

// Forgets the session: it did not help.
void forget_tls_session();

}  // namespace hf::link_role
