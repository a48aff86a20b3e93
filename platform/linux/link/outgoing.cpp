#include "platform/linux/link/outgoing.h"

#include <algorithm>
#include <utility>

#include "vocabulary/bytes.h"

namespace hf::link_role {
namespace {

// How soon Paho is asked again: at once where its thread has yet to wake up, more seldom where it
// waits for the network.
constexpr Duration kAskAgainFirst = milliseconds(1);
constexpr Duration kAskAgainMost = milliseconds(32);

// A broker that closes on what it is sent does so at once, and a round trip later we know.
constexpr Duration kFirstAloneMost = seconds(1);

}  // namespace

bool Outgoing::begin(const wire::LinkRequest& request, std::uint32_t online) {
  attempt_ = request.attempt;
  message_.token = request.token;
  message_.is_retained = request.is_retained;
  message_.is_at_least_once = request.is_at_least_once;
  message_.expires_s = request.expires_s;
  message_.topic = request.topic;
  message_.payload.clear();
  message_.payload.reserve(request.payload_bytes);
  bytes_ = request.payload_bytes;
  is_open_ = true;
  return add(request.payload, online);
}

bool Outgoing::add(std::span<const std::byte> part, std::uint32_t online) {
  if (!is_open_ || message_.payload.size() + part.size() > bytes_) return false;
  message_.payload.append(text_of(part));
  if (message_.payload.size() < bytes_) return true;
  is_open_ = false;
  if (attempt_ == online) waiting_.push_back(std::exchange(message_, {}));
  ask_again_ = kAskAgainFirst;
  return true;
}

Duration Outgoing::alone_for(Uptime now) const {
  if (!first_at_ || is_answered_) return {};
  return std::max(Duration{}, *first_at_ + kFirstAloneMost - now);
}

Duration Outgoing::wait(Uptime now, Duration otherwise) const {
  if (waiting_.empty()) return otherwise;
  return std::min(otherwise, std::max(ask_again_, alone_for(now)));
}

void Outgoing::hand_over(PahoConnection& paho, const TcpWatch& tcp, Uptime now) {
  if (waiting_.empty() || alone_for(now) > Duration{}) return;
  if (tcp.has_room() && paho.publish(waiting_.front())) {
    waiting_.pop_front();  // and not the next at once: Paho's thread has yet to send this one
    if (!first_at_) first_at_ = now;
    ask_again_ = kAskAgainFirst;
  } else {
    ask_again_ = std::min(ask_again_ * 2, kAskAgainMost);
  }
}

void Outgoing::forget() {
  waiting_.clear();
  first_at_.reset();
  is_answered_ = false;
}

}  // namespace hf::link_role
