#include "flows/uplink/connection.h"

#include <algorithm>

#include "flows/uplink/reactions.h"
#include "vocabulary/bytes.h"
#include "wire/uplink/health.h"

namespace hf::flows::uplink {
namespace {

constexpr Uptime kNever{INT64_MAX};
constexpr Duration kAttemptsApart = seconds(1);  // however often the network changes
constexpr Duration kLinkComesBack = seconds(1);  // a role that was replaced
constexpr Duration kCarrierPoll = seconds(5);    // should nobody tell us that it is back
constexpr Duration kSettingsAreWrong = minutes(1);

bool is_metered(const hal::NetworkState& network) {
  return network.cost == hal::LinkCost::metered ||
         (network.cost == hal::LinkCost::unknown && network.kind == hal::LinkKind::cellular);
}

}  // namespace

std::string_view to_text(hal::LinkReason reason) {
  constexpr std::string_view kWords[] = {
      "none",           "no_carrier",     "no_address",      "unreachable",   "tls_failed",
      "not_authorised", "protocol_error", "peer_closed",     "peer_silent",   "no_acknowledgement",
      "quota_exceeded", "too_large",      "payload_invalid", "topic_invalid", "server_busy",
      "taken_over",     "link_restarted"};
  return kWords[static_cast<std::size_t>(reason) % std::size(kWords)];
}

Connection::Connection(hal::Link& link, const hal::Network& network, const GatewayId& id,
                       std::uint64_t seed)
    : link_(link),
      network_(network),
      id_(id),
      ladder_(UplinkSettings{}),
      backoff_(BackoffSettings{}, seed) {}

void Connection::set(const UplinkSettings& settings, Uptime now) {
  settings_ = settings;
  ladder_.set(settings);
  backoff_.set(settings.backoff);
  backoff_.reset();
  if (phase_ == Phase::connecting || phase_ == Phase::online) leave(now, now);
  retry_at_ = now;
  go(settings_.host.empty() ? Phase::off : Phase::waiting, now);
}

Uptime Connection::step(Uptime now) {
  if (phase_ == Phase::off) return kNever;
  watch_network(now);
  if (phase_ == Phase::online) {
    const Uptime stable_at = since_ + settings_.backoff.stable_after;
    if (now < stable_at) return stable_at;
    backoff_.reset();
    return kNever;
  }
  if (phase_ == Phase::connecting) return kNever;
  if (!has_carrier_) return std::min(kNever, now + kCarrierPoll);
  if (now < retry_at_) return retry_at_;
  attempt(now);
  return phase_ == Phase::waiting ? retry_at_ : kNever;
}

void Connection::watch_network(Uptime now) {
  const hal::NetworkState network = network_.state();
  is_metered_ = settings_.cost == CostChoice::automatic ? uplink::is_metered(network)
                                                        : settings_.cost == CostChoice::metered;
  has_carrier_ = network.carrier != hal::Carrier::down;
  if (network.changes == network_changes_) return;
  network_changes_ = network.changes;
  const bool is_other_way = !(network.interface == interface_);
  interface_ = network.interface;
  if (is_other_way) ladder_.note_network_changed();
  if (is_other_way && phase_ == Phase::online) return leave(now, now + kAttemptsApart);
  if (has_carrier_ && phase_ == Phase::waiting && !ladder_.is_bursting()) {
    retry_at_ = std::min(retry_at_, std::max(now, attempted_at_ + kAttemptsApart));
  }
}

void Connection::attempt(Uptime now) {
  const wire::TopicOwner owner{
      .root = settings_.root.empty() ? wire::kDefaultRoot : settings_.root.view(),
      .tenant = settings_.tenant.empty() ? wire::kDefaultTenant : settings_.tenant.text(),
      .gateway = id_.text()};
  if (!is_ok(wire::write_topic(owner, wire::TopicClass::health, will_topic_))) {
    retry_at_ = now + kSettingsAreWrong;
    return;
  }
  client_id_.assign(owner.tenant);
  static_cast<void>(client_id_.try_append("."));
  static_cast<void>(client_id_.try_append(owner.gateway));

  hal::ConnectRequest request;
  request.address = ladder_.address(now);
  request.client_id = client_id_.view();
  request.user = settings_.user.view();
  request.ca_file = settings_.ca_file.view();
  request.will_topic = will_topic_.view();
  request.will_payload = bytes_of(wire::write_last_will(owner.gateway, will_text_));
  request.keep_alive = settings_.keep_alive;
  request.session_expiry = settings_.session_expiry;
  attempted_at_ = now;
  ++attempts_;
  switch (link_.connect(request)) {
    case Status::ok: return go(Phase::connecting, now);
    case Status::invalid: retry_at_ = now + kSettingsAreWrong; return;
    case Status::busy:  // of a life before: its end will come as an event
      static_cast<void>(link_.disconnect());
      [[fallthrough]];
    default: retry_at_ = now + kLinkComesBack; return;
  }
}

void Connection::take(const hal::LinkEvent& event, Uptime now) {
  if (event.kind == hal::LinkEventKind::connected) {
    if (phase_ != Phase::connecting) return;
    ++connections_;
    is_leaving_ = false;
    ladder_.note_connected(now);
    return go(Phase::online, now);
  }
  if (event.kind != hal::LinkEventKind::disconnected) return;
  if (is_leaving_) {
    is_leaving_ = false;
    return;
  }
  if (phase_ == Phase::connecting || phase_ == Phase::online) note_end(event.reason, now);
}

void Connection::note_end(hal::LinkReason reason, Uptime now) {
  const bool was_online = phase_ == Phase::online;
  const Duration lasted = was_online ? now - since_ : Duration{};
  last_end_ = reason;
  if (was_online) ++disconnections_;
  const bool is_links_fault = reason == hal::LinkReason::link_restarted;
  if (was_online && !is_links_fault) {
    ladder_.note_connection_ended(lasted, now);
  } else if (!was_online) {
    ladder_.note_attempt_failed(reason, now);
  }
  retry_at_ = now + wait_after(reason, was_online, lasted);
  if (backoff_.has_given_up()) retry_at_ = kNever;
  go(Phase::waiting, now);
}

Duration Connection::wait_after(hal::LinkReason reason, bool was_online, Duration lasted) {
  switch (reaction_to(reason).on_end) {
    case OnEnd::wait_for_link: return kLinkComesBack;
    case OnEnd::wait_for_carrier: return settings_.backoff.first;
    case OnEnd::wait_long: {
      static_cast<void>(backoff_.after_failure(is_metered_));
      return is_metered_ ? settings_.backoff.most_metered : settings_.backoff.most_wired;
    }
    case OnEnd::back_off: break;
  }
  return was_online ? backoff_.after_connection(lasted, is_metered_)
                    : backoff_.after_failure(is_metered_);
}

void Connection::hurry(Uptime now) {
  if (phase_ != Phase::waiting) return;
  if (backoff_.has_given_up()) backoff_.reset();
  retry_at_ = std::min(retry_at_, std::max(now, attempted_at_ + kAttemptsApart));
}

void Connection::end_burst(Uptime now) {
  leave(now, attempted_at_ + std::max(settings_.burst_period, kAttemptsApart));
}

void Connection::end(Uptime now) {
  if (phase_ == Phase::connecting || phase_ == Phase::online) leave(now, kNever);
  settings_.host.clear();
  go(Phase::off, now);
}

// On purpose. The link confirms with an event that is no failure.
void Connection::leave(Uptime now, Uptime retry_at) {
  is_leaving_ = is_ok(link_.disconnect());
  if (phase_ == Phase::online) ++disconnections_;
  last_end_ = hal::LinkReason::none;
  retry_at_ = retry_at;
  go(Phase::waiting, now);
}

void Connection::go(Phase phase, Uptime now) {
  if (phase_ != phase) since_ = now;
  phase_ = phase;
}

}  // namespace hf::flows::uplink
