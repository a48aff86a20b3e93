// What surrounds a payload on its way: an estimate of the bytes that MQTT, TLS, TCP and IP add.
//
// From the formats' own sizes, for an ordinary network: segments of 1,400 bytes with timestamps,
// every second segment acknowledged, TLS 1.3. Retransmissions are not in it: nobody up here sees
// them. tests/link measures how far off it is.
#pragma once

#include <cstddef>
#include <cstdint>

#include "hal/link.h"

namespace hf::flows::overhead {

inline constexpr std::uint64_t kSegmentBytes = 1400;      // of data, in one packet
inline constexpr std::uint64_t kPacketBytes = 52;         // IPv4 20, TCP 20, timestamps 12
inline constexpr std::uint64_t kRecordBytesMax = 16'384;  // of data, in one TLS record
inline constexpr std::uint64_t kRecordBytes = 22;         // head 5, kind 1, tag 16
inline constexpr std::uint64_t kWebsocketBytes = 8;       // head 2, length 2, mask 4

// A message of MQTT 5 besides topic and payload: head and length 3, topic's length 2, packet's
// number 2, properties 1.
inline constexpr std::uint64_t kPublishBytes = 8;
inline constexpr std::uint64_t kExpiryBytes = 5;
inline constexpr std::uint64_t kAcknowledgementBytes = 4;
inline constexpr std::uint64_t kSubscribeBytes = 9;
inline constexpr std::uint64_t kPingBytes = 2;
inline constexpr std::uint64_t kConnectBytes = 40;
inline constexpr std::uint64_t kConnectedBytes = 20;

// Handshakes, as data: hello and key share, certificate chain, upgrade.
inline constexpr std::uint64_t kTlsHelloUp = 600;
inline constexpr std::uint64_t kTlsHelloDown = 3300;
inline constexpr std::uint64_t kTlsResumedDown = 400;
inline constexpr std::uint64_t kUpgradeUp = 250;
inline constexpr std::uint64_t kUpgradeDown = 160;
inline constexpr std::uint64_t kTcpPackets = 4;  // each way: to open and to close

constexpr bool is_secure(hal::Transport transport) {
  return transport == hal::Transport::tls || transport == hal::Transport::secure_websocket;
}
constexpr bool is_web(hal::Transport transport) {
  return transport == hal::Transport::websocket || transport == hal::Transport::secure_websocket;
}

struct Cost {
  std::uint64_t there = 0;  // the way the data goes
  std::uint64_t back = 0;   // acknowledgements of TCP
};

// Everything that `data` bytes of MQTT cost, themselves included.
constexpr Cost of(std::uint64_t data, hal::Transport transport) {
  if (is_web(transport)) data += kWebsocketBytes;
  if (is_secure(transport)) data += (data / kRecordBytesMax + 1) * kRecordBytes;
  const std::uint64_t packets = data / kSegmentBytes + 1;
  return {.there = data + packets * kPacketBytes, .back = (packets + 1) / 2 * kPacketBytes};
}

}  // namespace hf::flows::overhead
