#include "platform/linux/link/broker_reasons.h"

#include <algorithm>
#include <array>

namespace hf::link_role {
namespace {

using hal::LinkReason;

struct Said {
  int code;
  LinkReason means;
};

// clang-format off
constexpr std::array kSaid{
    Said{0x02, LinkReason::not_authorised},    // 3.1.1: identifier rejected
    Said{0x03, LinkReason::server_busy},       // 3.1.1: server unavailable
    Said{0x04, LinkReason::not_authorised},    // 3.1.1: bad user name or password
    Said{0x05, LinkReason::not_authorised},    // 3.1.1: not authorised
    Said{0x85, LinkReason::not_authorised},    // client identifier not valid
    Said{0x86, LinkReason::not_authorised},    // bad user name or password
    Said{0x87, LinkReason::not_authorised},
    Said{0x88, LinkReason::server_busy},       // server unavailable
    Said{0x89, LinkReason::server_busy},
    Said{0x8A, LinkReason::not_authorised},    // banned
    Said{0x8B, LinkReason::server_busy},       // shutting down
    Said{0x8C, LinkReason::not_authorised},    // bad authentication method
    Said{0x8D, LinkReason::peer_silent},       // it did not hear us in time
    Said{0x8E, LinkReason::taken_over},
    Said{0x8F, LinkReason::topic_invalid},     // filter
    Said{0x90, LinkReason::topic_invalid},     // name
    Said{0x93, LinkReason::quota_exceeded},    // receive maximum exceeded
    Said{0x94, LinkReason::topic_invalid},     // topic alias
    Said{0x95, LinkReason::too_large},
    Said{0x96, LinkReason::quota_exceeded},    // message rate too high
    Said{0x97, LinkReason::quota_exceeded},
    Said{0x98, LinkReason::server_busy},       // administrative action
    Said{0x99, LinkReason::payload_invalid},
    Said{0x9C, LinkReason::server_busy},       // use another server
    Said{0x9D, LinkReason::server_busy},       // server moved
    Said{0x9F, LinkReason::quota_exceeded},    // connection rate exceeded
};
// clang-format on

constexpr int kUnacceptableVersion = 0x01;  // 3.1.1
constexpr int kUnsupportedVersion = 0x84;   // 5

}  // namespace

LinkReason reason_of_code(int code) {
  const auto* const found = std::find_if(kSaid.begin(), kSaid.end(),
                                         [code](const Said& said) { return said.code == code; });
  return found == kSaid.end() ? LinkReason::protocol_error : found->means;
}

bool refuses_version(int code) {
  return code == kUnacceptableVersion || code == kUnsupportedVersion;
}

}  // namespace hf::link_role
