#include "flows/uplink/uplink.h"

#include <algorithm>

namespace hf::flows {

namespace {

constexpr Uptime kNever{INT64_MAX};
constexpr int kEventsAtOnce = 64;  // then others have their turn
// After a connect the hub is asked what it has; what it has need not go again. One that does not
// answer by then is not waited for.
constexpr Duration kHubAnswers = seconds(3);
constexpr Duration kHubAnswersMetered = seconds(10);
constexpr Duration kBurstLingers = seconds(15);  // for the receipts of what was sent last
constexpr std::size_t kAroundPayload = wire::kTopicCharactersMax + 32;  // of a packet
constexpr std::size_t kTextPerFrameByte = 24;  // to begin with; longer names are found out
constexpr std::uint64_t kGuessLeast = 200;     // bytes a second
constexpr Duration kSessionLook = seconds(1);

}  // namespace

Uplink::Uplink(const UplinkParts& parts, const uplink::ParcelMemory& memory, const GatewayId& id,
               std::uint64_t seed)
    : parts_(parts),
      id_(id),
      connection_(parts.link, parts.network, id_, seed),
      parcels_(parts.queue, parts.shaping, parts.cutting, memory),
      breaker_(BreakerSettings{}) {}

void Uplink::set(const UplinkSettings& settings, Uptime now) {
  settings_ = settings;
  const wire::TopicOwner owner{
      .root = settings.root.empty() ? wire::kDefaultRoot : settings.root.view(),
      .tenant = settings.tenant.empty() ? wire::kDefaultTenant : settings.tenant.text(),
      .gateway = id_.text()};
  bool are_sound = true;
  for (std::size_t i = 0; i < wire::kTopicClassCount; ++i) {
    are_sound =
        is_ok(wire::write_topic(owner, static_cast<wire::TopicClass>(i), topics_[i])) && are_sound;
  }
  if (!are_sound) settings_.host.clear();
  breaker_.set(settings.breaker);
  set_share(share_, now);
  connection_.set(settings_, now);
  if (is_up_) end_connection();
}

void Uplink::set_share(const UplinkShare& share, Uptime now) {
  share_ = share;
  const std::uint64_t own = settings_.rate.bytes_per_second;
  const std::uint64_t plan = share.bytes_per_second;
  bytes_.set(own == 0 || plan == 0 ? std::max(own, plan) : std::min(own, plan), now);
  messages_.set(settings_.rate.messages_per_second, now);
}

// A profile that no hub reads can have no receipts either.
bool Uplink::is_by_broker() const {
  return settings_.receipt == ReceiptSource::broker || settings_.profile == PayloadProfile::json;
}

// Live frames are made of several when they are to go more rarely than they must be safe.
bool Uplink::is_gathering() const { return period_ > parts_.queue.settings().window; }

Duration Uplink::live_period() const { return is_up_ && !is_gathering() ? period_ : Duration{}; }

Uptime Uplink::step(Uptime now) {
  hal::LinkEvent event;
  for (int i = 0; i < kEventsAtOnce && parts_.link.next_event(event); ++i) take(event, now);
  const Uptime connection_at = connection_.step(now);
  if (is_up_ && !connection_.is_online()) end_connection();
  if (is_up_) {
    watch_receipts(now);
    watch_period(now);
    watch_session(now);
  }
  if (is_up_ && !connection_.is_online()) end_connection();
  if (is_up_) {
    if (asks_ || now >= health_at_) send_health(now);
    send_due(now);
  }
  note();
  return std::min(connection_at, is_up_ ? wake_at(now) : kNever);
}

void Uplink::take(const hal::LinkEvent& event, Uptime now) {
  switch (event.kind) {
    case hal::LinkEventKind::acknowledged: return acknowledged(event.token, now);
    case hal::LinkEventKind::failed: return refused(event, now);
    case hal::LinkEventKind::message: return take_message(event, now);
    case hal::LinkEventKind::subscribed: return;
    case hal::LinkEventKind::connected:
    case hal::LinkEventKind::disconnected: break;
  }
  const bool was_online = connection_.is_online();
  connection_.take(event, now);
  if (is_up_ && !connection_.is_online()) end_connection();
  if (!was_online && connection_.is_online()) begin_connection(event, now);
}

void Uplink::begin_connection(const hal::LinkEvent& event, Uptime now) {
  is_up_ = true;
  meter_.begin(first_guess(), now);
  drain_pace_.begin_connection();
  window_.clear();
  window_.set_places(parts_.link.in_flight_max());
  payload_max_ =
      event.packet_bytes_max > kAroundPayload ? event.packet_bytes_max - kAroundPayload : SIZE_MAX;
  text_frame_max_ = std::max<std::size_t>(1, parcels_.room() / kTextPerFrameByte);
  joins_ = true;
  const bool is_metered = connection_.is_metered();
  watch_.set_period(is_metered ? settings_.receipt_every_metered : settings_.receipt_every);
  for (const auto topic_class :
       {wire::TopicClass::receipt, wire::TopicClass::state_down, wire::TopicClass::command}) {
    const auto& topic = topics_[static_cast<std::size_t>(topic_class)];
    static_cast<void>(parts_.link.subscribe(topic.view()));
  }
  health_at_ = now;
  asks_ = !is_by_broker();
  backlog_from_ = is_by_broker() ? now : now + (is_metered ? kHubAnswersMetered : kHubAnswers);
  data_from_ = now;
  tick_at_ = now;
  is_syncing_ = true;  // a connect is a reason
  has_asked_at_end_ = false;
  drained_at_ = kNever;
}

// A connection that ended for want of acknowledgements was given more than it could carry.
std::uint64_t Uplink::first_guess() {
  const std::uint64_t usual =
      connection_.is_metered() ? uplink::LinkMeter::kGuessMetered : uplink::LinkMeter::kGuessFree;
  const bool was_too_much = connection_.last_end() == hal::LinkReason::no_acknowledgement;
  guess_ = was_too_much ? std::max(guess_ / 4, kGuessLeast) : usual;
  return guess_;
}

void Uplink::end_connection() {
  is_up_ = false;
  window_.clear();
  watch_.clear();
  breaker_.note_disconnected();
  parts_.queue.link_lost();
}

void Uplink::watch_receipts(Uptime now) {
  uplink::AwaitedRun run;
  while (watch_.take_overdue(now, run)) {
    parts_.counts.rows_sent_again += run.rows.count();
    parts_.queue.resend(run.stream, run.lane, run.rows);
  }
  if (watch_.wants_to_ask(now)) asks_ = true;
}

void Uplink::watch_period(Uptime now) {
  pacing_.note_link(meter_.bytes_per_second(), connection_.is_metered());
  pacing_.note_power(parts_.power.state());
  period_ = pacing_.period(settings_);
  tick_at_ = std::min(tick_at_, now + period_);
  if (now < tick_at_) return;
  tick_at_ = now + period_;
  gathered_until_ = now;
  is_live_due_ = true;
}

// Where sending has sessions: on a schedule, when asked, and when much waits. A burst is one too,
// and ends with its connection.
void Uplink::watch_session(Uptime now) {
  const bool is_drained = drained_at_ <= now && window_.empty();
  if (connection_.ladder().is_bursting() && is_drained) return finish_burst(now);
  if (settings_.on_change) return;
  if (is_syncing_ && is_drained) is_syncing_ = false;
  if (is_syncing_ || now < look_at_) return;
  look_at_ = now + kSessionLook;
  const bool is_forced = parts_.queue.figures(now).events_to_send >= settings_.forced_sync_at;
  if (is_forced || now >= session_at_) sync_now(now);
}

void Uplink::finish_burst(Uptime now) {
  if (watch_.empty() || now - drained_at_ >= kBurstLingers) {
    connection_.end_burst(now);
    return;
  }
  if (!has_asked_at_end_) asks_ = true;
  has_asked_at_end_ = true;
}

void Uplink::sync_now(Uptime now) {
  connection_.hurry(now);
  is_syncing_ = true;
  session_at_ = now + settings_.sync_period;
  tick_at_ = now;
  drained_at_ = kNever;
}

void Uplink::end(Uptime now) {
  connection_.end(now);
  if (is_up_) end_connection();
  note();
}

// What held something back is a reason only as long as it does.
Uptime Uplink::wake_at(Uptime now) const {
  Uptime at = std::min({watch_.next(), health_at_, tick_at_});
  const auto until = [&](Uptime later) {
    if (later > now) at = std::min(at, later);
  };
  until(backlog_from_);
  until(data_from_);
  if (breaker_.state() == BreakerState::open) until(breaker_.reopens_at());
  if (!settings_.on_change) until(look_at_);
  return at;
}

void Uplink::note() {
  parts_.counts.attempts = connection_.attempts();
  parts_.counts.connections = connection_.connections();
  parts_.counts.disconnections = connection_.disconnections();
  stores::UplinkNotes& notes = parts_.notes;
  notes.phase = to_text(connection_.phase());
  notes.method = uplink::to_text(connection_.ladder().transport());
  notes.is_bursting = connection_.ladder().is_bursting();
  notes.breaker = to_text(breaker_.state());
  notes.last_end = uplink::to_text(connection_.last_end());
  notes.since = connection_.since();
  notes.next_attempt = connection_.next_attempt();
  notes.bytes_per_second = meter_.bytes_per_second();
  notes.drain_bytes_per_second = drain_pace_.bytes_per_second();
  notes.is_measured = meter_.is_measured();
  notes.round_trip = meter_.round_trip();
  notes.live_period = period_;
  notes.in_flight = static_cast<std::uint32_t>(window_.count());
  notes.rows_awaiting_receipt = watch_.rows();
  notes.is_hub_silent = !is_by_broker() && watch_.is_hub_silent();
  notes.last_receipt = last_receipt_;
}

}  // namespace hf::flows
