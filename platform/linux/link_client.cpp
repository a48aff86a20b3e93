#include "platform/linux/link_client.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>

#include "platform/linux/clock.h"
#include "wire/channel/topic_filter.h"

namespace hf::on_linux {
namespace {

constexpr std::size_t kWillBytesMax = 4096;  // a birth document

// What MQTT adds to topic and payload: fixed header, two lengths, expiry, topic alias.
constexpr std::size_t kPacketOverheadBytes = 5 + 2 + 2 + 1 + 5 + 3;

bool is_this_machine(std::string_view host) {
  return host == "localhost" || host == "::1" || host.starts_with("127.");
}

bool is_text(std::string_view text) {
  return text.size() <= wire::kLinkTextBytesMax && text.find('\0') == std::string_view::npos;
}

bool is_good(const hal::ConnectRequest& request) {
  const bool will_is_good =
      request.will_topic.empty() ||
      (wire::is_topic_name(request.will_topic) && is_text(request.will_topic));
  return !request.address.host.empty() && request.address.port != 0 &&
         is_text(request.address.host.view()) && !request.client_id.empty() &&
         is_text(request.client_id) && is_text(request.user) && is_text(request.ca_file) &&
         will_is_good && request.will_payload.size() <= kWillBytesMax &&
         request.keep_alive >= Duration{} && request.session_expiry >= Duration{};
}

bool is_secure(hal::Transport transport) {
  return transport == hal::Transport::tls || transport == hal::Transport::secure_websocket;
}

template <typename Seconds>
Seconds in_seconds(Duration duration) {
  constexpr std::int64_t kMost = std::numeric_limits<Seconds>::max();
  return static_cast<Seconds>(std::min(kMost, (duration.ms + 999) / 1000));
}

}  // namespace

LinkClient::LinkClient(EventLoop& loop, Processes& processes, hal::Keys& keys,
                       const hal::Clock& clock, const hal::Network& network,
                       const LinkOptions& options)
    : keys_(keys), clock_(clock), network_(network), options_(options), channel_(loop, processes) {}

// Requests.

Status LinkClient::connect(const hal::ConnectRequest& request) {
  if (!is_good(request)) return Status::invalid;
  const bool has_role = channel_.find();
  notice_loss();
  if (!has_role) return Status::unavailable;
  if (phase_ != Phase::offline) return Status::busy;
  if (ends_.full()) return Status::unavailable;  // nobody takes what has happened so far

  ++attempt_;
  phase_ = Phase::connecting;
  connect_deadline_ = boot_clock_now() + hal::kConnectMax;
  const bool is_cut_off = network_.state().carrier == hal::Carrier::down &&
                          !is_this_machine(request.address.host.view());
  if (is_cut_off) {
    end(hal::LinkReason::no_carrier);
    return Status::ok;
  }
  if (put_secrets(request) && is_ok(put_connect(request))) return Status::ok;
  go_offline();
  return Status::unavailable;
}

bool LinkClient::put_secrets(const hal::ConnectRequest& request) {
  using wire::LinkSecret;
  const bool by_certificate = is_secure(request.address.transport);
  return put_secret(LinkSecret::private_key, hal::SecretKind::link_private_key, by_certificate) &&
         put_secret(LinkSecret::certificate, hal::SecretKind::link_certificate, by_certificate) &&
         put_secret(LinkSecret::password, hal::SecretKind::link_password, !request.user.empty());
}

// One that we do not have, or that is damaged, is sent empty: the broker then says what it thinks
// of that.
bool LinkClient::put_secret(wire::LinkSecret secret, hal::SecretKind kind, bool is_wanted) {
  std::array<std::byte, hal::kSecretBytesMax> bytes;
  wire::LinkRequest request;
  request.kind = wire::LinkRequestKind::secret;
  request.secret = secret;
  if (is_wanted) {
    const auto size = keys_.load({.kind = kind, .number = options_.identity}, bytes);
    request.payload = std::span{bytes}.first(size.value_or(0));
  }
  const Status status = channel_.put(request);
  ::explicit_bzero(bytes.data(), bytes.size());
  return is_ok(status);
}

Status LinkClient::put_connect(const hal::ConnectRequest& request) {
  wire::LinkRequest sent;
  sent.kind = wire::LinkRequestKind::connect;
  sent.attempt = attempt_;
  sent.transport = static_cast<std::uint8_t>(request.address.transport);
  sent.port = request.address.port;
  sent.keep_alive_s = in_seconds<std::uint16_t>(request.keep_alive);
  sent.session_expiry_s = in_seconds<std::uint32_t>(request.session_expiry);
  sent.utc_s = static_cast<std::uint64_t>(std::max<std::int64_t>(0, clock_.utc().at.ms / 1000));
  sent.host = request.address.host.view();
  sent.client_id = request.client_id;
  sent.user = request.user;
  sent.ca_file = request.ca_file;
  if (request.ca_file.empty()) {
    sent.ca_file = options_.ca_file.view();
    sent.ca_folder = options_.ca_folder.view();
  }
  sent.topic = request.will_topic;
  sent.payload = request.will_payload;
  return channel_.put(sent);
}

Status LinkClient::disconnect() {
  if (phase_ == Phase::offline) return Status::stale;
  end(hal::LinkReason::none);
  return Status::ok;
}

Status LinkClient::publish(const hal::Message& message, hal::PublishToken token) {
  if (phase_ != Phase::online) return Status::stale;
  if (!wire::is_topic_name(message.topic) || message.topic.size() > hal::kTopicCharactersMax) {
    return Status::invalid;
  }
  const std::size_t bytes = message.topic.size() + message.payload.size() + kPacketOverheadBytes;
  const bool is_too_large = message.payload.size() > limits::kBoard.frame_bytes_max ||
                            (packet_bytes_max_ != 0 && bytes > packet_bytes_max_);
  if (is_too_large) return Status::full;
  const bool window_is_full =
      outstanding_.size() >= in_flight_max() ||
      (!outstanding_.empty() && outstanding_bytes_ + bytes > kInFlightBytesMax);
  if (window_is_full) return Status::busy;
  wire::LinkRequest sent;
  sent.kind = wire::LinkRequestKind::publish;
  sent.attempt = attempt_;
  sent.token = token.value;
  sent.is_retained = message.retained;
  sent.is_at_least_once = message.at_least_once;
  sent.expires_s = in_seconds<std::uint32_t>(message.expires_after);
  sent.topic = message.topic;
  sent.payload = message.payload;
  const Status status = channel_.put_publish(sent);
  if (status == Status::unavailable) return Status::stale;  // `disconnected` is told next
  HF_TRY(status);
  outstanding_.push({token, boot_clock_now() + hal::kAcknowledgementMax, bytes});
  outstanding_bytes_ += bytes;
  return Status::ok;
}

Status LinkClient::subscribe(std::string_view topic_filter) {
  if (phase_ != Phase::online) return Status::stale;
  if (!wire::is_topic_filter(topic_filter) || topic_filter.size() > hal::kTopicCharactersMax) {
    return Status::invalid;
  }
  wire::LinkRequest sent;
  sent.kind = wire::LinkRequestKind::subscribe;
  sent.attempt = attempt_;
  sent.topic = topic_filter;
  const Status status = channel_.put(sent);
  if (status == Status::unavailable) return Status::stale;
  return status == Status::full ? Status::busy : status;
}

std::uint16_t LinkClient::in_flight_max() const {
  return receive_max_ == 0 ? kInFlightMax : std::min(kInFlightMax, receive_max_);
}

// Events.

bool LinkClient::next_event(hal::LinkEvent& event) {
  channel_.find();
  notice_loss();
  if (take_end(event)) return true;
  wire::LinkReport report;
  while (channel_.receive(report)) {
    if (take(report, event)) return true;
  }
  notice_loss();
  check_deadlines();  // after what has come: an acknowledgement in the channel is one in time
  return take_end(event);
}

// What the role has said before it ended has been heard by now, or does not matter any more.
void LinkClient::notice_loss() {
  if (channel_.take_loss() && phase_ != Phase::offline) end(hal::LinkReason::link_restarted);
}

// False: nothing the caller has to know.
bool LinkClient::take(const wire::LinkReport& report, hal::LinkEvent& event) {
  if (report.reason > static_cast<std::uint8_t>(hal::LinkReason::link_restarted)) {
    channel_.stop_role();
    return false;
  }
  const Phase due =
      report.kind == wire::LinkReportKind::connected ? Phase::connecting : Phase::online;
  const bool is_current = report.attempt == attempt_ && phase_ != Phase::offline;
  const bool is_due = phase_ == due || report.kind == wire::LinkReportKind::disconnected;
  if (!is_current || !is_due) return false;

  hal::LinkEvent told;
  told.reason = static_cast<hal::LinkReason>(report.reason);
  switch (report.kind) {
    case wire::LinkReportKind::connected:
      phase_ = Phase::online;
      packet_bytes_max_ = report.packet_bytes_max;
      receive_max_ = report.receive_max;
      told.kind = hal::LinkEventKind::connected;
      told.session_present = report.session_present;
      told.packet_bytes_max = report.packet_bytes_max;
      told.receive_max = report.receive_max;
      break;
    case wire::LinkReportKind::disconnected:
      go_offline();
      told.kind = hal::LinkEventKind::disconnected;
      break;
    case wire::LinkReportKind::acknowledged:
    case wire::LinkReportKind::failed: return take_outcome(report, event);
    case wire::LinkReportKind::message:
      told.kind = hal::LinkEventKind::message;
      told.topic = report.topic;
      told.payload = report.payload;
      break;
    case wire::LinkReportKind::subscribed:
      told.kind = hal::LinkEventKind::subscribed;
      told.topic = report.topic;
      break;
    case wire::LinkReportKind::beat: return false;
  }
  event = told;
  return true;
}

bool LinkClient::take_outcome(const wire::LinkReport& report, hal::LinkEvent& event) {
  const auto found =
      std::find_if(outstanding_.begin(), outstanding_.end(),
                   [&](const Outstanding& publish) { return publish.token.value == report.token; });
  if (found == outstanding_.end()) return false;
  event = hal::LinkEvent{};
  event.token = found->token;
  event.reason = static_cast<hal::LinkReason>(report.reason);
  event.kind = report.kind == wire::LinkReportKind::failed ? hal::LinkEventKind::failed
                                                           : hal::LinkEventKind::acknowledged;
  outstanding_bytes_ -= found->bytes;
  outstanding_.erase(static_cast<std::size_t>(found - outstanding_.begin()));
  return true;
}

// Ends attempt or connection from this side; `disconnected` is told next.
void LinkClient::end(hal::LinkReason reason) {
  go_offline();
  ends_.push(reason);  // connect() sees to it that there is room
  wire::LinkRequest request;
  request.kind = wire::LinkRequestKind::disconnect;
  request.attempt = attempt_;
  // No role: nothing to end. Full: a role that takes nothing will soon be stopped.
  static_cast<void>(channel_.put(request));
}

void LinkClient::go_offline() {
  phase_ = Phase::offline;
  packet_bytes_max_ = 0;
  receive_max_ = 0;
  outstanding_.clear();
  outstanding_bytes_ = 0;
}

void LinkClient::check_deadlines() {
  const Uptime now = boot_clock_now();
  if (phase_ == Phase::connecting && now >= connect_deadline_) {
    return end(hal::LinkReason::unreachable);
  }
  const bool is_late =
      std::any_of(outstanding_.begin(), outstanding_.end(),
                  [now](const Outstanding& publish) { return now >= publish.deadline; });
  if (is_late) end(hal::LinkReason::no_acknowledgement);
}

bool LinkClient::take_end(hal::LinkEvent& event) {
  if (ends_.empty()) return false;
  event = hal::LinkEvent{};
  event.kind = hal::LinkEventKind::disconnected;
  event.reason = ends_[0];
  ends_.erase(0);
  return true;
}

}  // namespace hf::on_linux
