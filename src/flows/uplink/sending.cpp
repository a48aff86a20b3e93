// What goes up: which, when, and how large.
#include <algorithm>

#include "flows/uplink/reactions.h"
#include "flows/uplink/uplink.h"
#include "vocabulary/bytes.h"

namespace hf::flows {

using stores::Choice;
using uplink::Flight;
using uplink::Parcel;
using uplink::ParcelWish;
using uplink::SendWindow;

namespace {

constexpr Duration kQueueRests = seconds(1);  // it could not be read, or has no room for more runs
constexpr std::size_t kCutLeast = 1024;       // smaller parts are more head than body
constexpr Duration kHealthRetry = seconds(1);

}  // namespace

void Uplink::send_due(Uptime now) {
  for (const Choice choice : {Choice::events, Choice::live, Choice::backlog}) {
    while (may_send(choice, now) && send_one(choice, now)) {
    }
  }
}

bool Uplink::may_send(Choice choice, Uptime now) {
  const bool is_backlog = choice == Choice::backlog;
  const bool is_open = settings_.on_change || is_syncing_ || connection_.ladder().is_bursting();
  if (!is_open || !breaker_.permits(now)) return false;
  if (choice != Choice::events && (share_.events_only || now < data_from_)) return false;
  if (choice == Choice::live && is_gathering() && !is_live_due_) return false;
  // To a hub that does not answer, one parcel at a time: it may be away for days.
  const bool is_awaited =
      !is_by_broker() && watch_.is_hub_silent() && !(watch_.empty() && window_.empty());
  if (is_backlog && (now < backlog_from_ || is_awaited)) return false;
  // Whatever is acknowledged needs a place to be remembered in.
  if (watch_.runs_free() <= window_.count()) return false;
  return window_.has_room(is_backlog ? wish_for(choice).bytes_most : 1, is_backlog, meter_);
}

ParcelWish Uplink::wish_for(Choice choice) const {
  ParcelWish wish;
  wish.choice = choice;
  wish.bytes_most = payload_max_;
  wish.boot = parts_.clock.boot_id();
  const auto bound = [&](std::uint64_t bytes) {
    const std::uint64_t wanted = std::max<std::uint64_t>(kCutLeast, bytes);
    return static_cast<std::size_t>(std::min<std::uint64_t>(payload_max_, wanted));
  };
  if (choice == Choice::live) wish.bytes_most = bound(window_.bytes_max(meter_));
  if (choice == Choice::backlog)
    wish.bytes_most = bound(window_.backlog_bytes_max(meter_) / SendWindow::kParcels);
  if (settings_.profile == PayloadProfile::json && choice != Choice::events) {
    wish.bytes_most = std::min(wish.bytes_most, text_frame_max_);
  }
  if (choice != Choice::events && joins_) {
    wish.bytes_gathered = std::min<std::size_t>(wish.bytes_most, 2 * SendWindow::kDenseBytes);
  }
  if (choice == Choice::backlog && is_gathering()) wish.taken_until = gathered_until_;
  return wish;
}

// False: nothing more of this choice for now.
bool Uplink::send_one(Choice choice, Uptime now) {
  Parcel parcel;
  const Status status = parcels_.next(wish_for(choice), now, parcel);
  if (status == Status::not_found) {
    if (choice == Choice::live) is_live_due_ = false;
    if (choice == Choice::backlog) drained_at_ = std::min(drained_at_, now);
    return false;
  }
  if (!is_ok(status)) {
    data_from_ = now + kQueueRests;
    return false;
  }
  drained_at_ = Uptime{INT64_MAX};
  if (!has_leave(choice, parcel.offer.bytes.size(), now)) {
    give_back(parcel.offer);
    return false;
  }
  Flight flight;
  flight.has_rows = true;
  flight.is_backlog = choice == Choice::backlog;
  flight.is_joined = parcel.is_joined;
  flight.can_be_cut = parcel.can_be_cut;
  flight.offer = parcel.offer;
  flight.stored_bytes = parcel.stored_bytes;
  auto topic_class = wire::class_of(parcel.offer.kind, choice == Choice::live);
  if (is_text_wanted(parcel)) {
    topic_class = wire::TopicClass::readings;
    const Status made = make_text(parcel);
    if (made == Status::busy) give_back(parcel.offer);
    if (!is_ok(made) && made != Status::busy) refuse(parcel, now);
    if (!is_ok(made)) return true;
  }
  const Status sent = publish(topic_class, parcel.offer.bytes, flight, now);
  if (is_ok(sent)) {
    note_sent(choice, parcel);
    return true;
  }
  if (sent == Status::full) {
    refuse(parcel, now);
    return true;
  }
  give_back(parcel.offer);
  return false;
}

bool Uplink::is_text_wanted(const Parcel& parcel) const {
  return settings_.profile == PayloadProfile::json &&
         parcel.offer.kind == wire::FrameKind::readings;
}

// ok: the parcel's bytes are a text.  busy: it would be too long; smaller ones are made from now
// on.  Else it cannot be sent.
Status Uplink::make_text(Parcel& parcel) {
  const auto room = parcels_.spare(parcel);
  const auto bytes =
      parts_.texts.write(parcel.offer.bytes, room.first(std::min(room.size(), payload_max_)));
  if (bytes.ok()) {
    parcel.offer.bytes = room.first(bytes.value());
    return Status::ok;
  }
  const bool can_shrink = parcel.is_joined || parcel.can_be_cut;
  if (bytes.status() != Status::full || !can_shrink) return bytes.status();
  text_frame_max_ =
      std::max<std::size_t>(1, std::min(text_frame_max_, parcel.offer.bytes.size()) / 2);
  return Status::busy;
}

void Uplink::refuse(const Parcel& parcel, Uptime now) {
  static_cast<void>(parts_.queue.refused(parcel.offer, stores::Refusal::too_large, now));
}

// Events always pass, and what they take others wait for.
bool Uplink::has_leave(Choice choice, std::size_t bytes, Uptime now) {
  const Uptime free = std::max(bytes_.free_at(bytes, now), messages_.free_at(1, now));
  if (choice == Choice::events || free <= now) return true;
  data_from_ = free;
  return false;
}

void Uplink::note_sent(Choice choice, const Parcel& parcel) {
  parts_.counts.rows_sent += parcel.offer.rows.count();
  if (parcel.is_cut) ++parts_.counts.frames_cut;
  if (parcel.is_joined) ++parts_.counts.frames_joined;
  if (choice != Choice::live) return;
  pacing_.note_frame(parcel.offer.bytes.size(),
                     parcel.header.last - parcel.header.first + seconds(1));
}

// Outcomes of hal::Link::publish().
Status Uplink::publish(wire::TopicClass topic_class, std::span<const std::byte> payload,
                       Flight flight, Uptime now) {
  if (payload.size() > payload_max_) return Status::full;
  const auto index = static_cast<std::size_t>(topic_class);
  hal::Message message;
  message.topic = topics_[index].view();
  message.payload = payload;
  message.retained = topic_class == wire::TopicClass::health;
  if (topic_class == wire::TopicClass::live) message.expires_after = settings_.live_expiry;
  flight.token = hal::PublishToken{next_token_};
  flight.topic_class = topic_class;
  flight.bytes = payload.size() + message.topic.size();
  HF_TRY(parts_.link.publish(message, flight.token));
  ++next_token_;
  flight.departure =
      meter_.depart(now, window_.empty(), window_.is_busy_with(flight.bytes, meter_));
  flight.offer.bytes = {};
  window_.add(flight);
  breaker_.note_asked();
  bytes_.take(flight.bytes, now);
  messages_.take(1, now);
  ++parts_.counts.messages[index];
  parts_.counts.bytes[index] += payload.size();
  return Status::ok;
}

Status Uplink::send(wire::TopicClass topic_class, std::span<const std::byte> payload, Uptime now) {
  if (!is_up_) return Status::unavailable;
  if (!window_.has_room(payload.size(), false, meter_)) return Status::busy;
  const Status status = publish(topic_class, payload, {}, now);
  return status == Status::stale ? Status::unavailable : status;
}

void Uplink::give_back(const stores::Offer& offer) {
  parts_.queue.resend(offer.stream, offer.lane, offer.rows);
}

void Uplink::acknowledged(hal::PublishToken token, Uptime now) {
  Flight flight;
  if (!window_.take(token, flight)) return;
  ++parts_.counts.acknowledged;
  meter_.arrive(flight.departure, flight.bytes, now);
  breaker_.note_success(now);
  if (!flight.has_rows) return;
  if (flight.is_backlog) drain_pace_.note(flight.stored_bytes, flight.departure.at, now);
  const stores::Offer& offer = flight.offer;
  if (is_by_broker()) {
    static_cast<void>(parts_.queue.acknowledge(offer.stream, offer.lane, offer.rows));
  } else if (!watch_.add(
                 {.stream = offer.stream, .lane = offer.lane, .rows = offer.rows, .since = now})) {
    give_back(offer);
  }
}

void Uplink::refused(const hal::LinkEvent& event, Uptime now) {
  Flight flight;
  if (!window_.take(event.token, flight)) return;
  ++parts_.counts.refused;
  const uplink::Reaction& reaction = uplink::reaction_to(event.reason);
  if (reaction.on_refusal == uplink::OnRefusal::wait) {
    breaker_.trip(now);
  } else if (reaction.on_refusal != uplink::OnRefusal::send_smaller) {
    breaker_.note_failure(now);
  }
  if (!flight.has_rows) return;
  const bool can_shrink = flight.is_joined || flight.can_be_cut;
  switch (reaction.on_refusal) {
    case uplink::OnRefusal::send_again:
    case uplink::OnRefusal::wait: return give_back(flight.offer);
    case uplink::OnRefusal::send_smaller:
      if (can_shrink && flight.bytes > 2 * kCutLeast) {
        payload_max_ = std::max(kCutLeast, static_cast<std::size_t>(flight.bytes / 2));
        return give_back(flight.offer);
      }
      break;
    case uplink::OnRefusal::refuse_frame:
      // Which of its frames it was will show when they go one by one.
      if (flight.is_joined) {
        joins_ = false;
        return give_back(flight.offer);
      }
      break;
  }
  static_cast<void>(parts_.queue.refused(flight.offer, reaction.refusal, now));
}

void Uplink::send_health(Uptime now) {
  const bool is_metered = connection_.is_metered();
  const stores::QueueFigures figures = parts_.queue.figures(now);
  const UtcReading utc = parts_.clock.utc();
  wire::HealthMessage health;
  health.gateway = id_.text();
  health.ask = asks_;
  health.boot = parts_.clock.boot_id();
  health.uptime = now;
  health.has_utc = utc.quality >= TimeQuality::coarse;
  health.utc = utc.at;
  std::array<std::uint64_t, wire::kHealthStreamsMax> streams;
  const std::uint32_t count = parts_.queue.streams(streams);
  for (std::uint32_t i = 0; i < count; ++i) health.streams.push(streams[i]);
  health.receipt_every = is_metered ? settings_.receipt_every_metered : settings_.receipt_every;
  health.receipt_bytes = settings_.receipt_bytes;
  health.version = version_;
  health.activity_number = activity_number_;
  health.activity_digest = activity_digest_.view();
  health.rows_to_send = figures.readings_rows_to_send + figures.events_to_send;
  health.bytes_to_send = figures.bytes_to_send;
  health.outage_left = figures.outage_left;
  health.drain = figures.time_to_drain(drain_pace_.bytes_per_second(), watch_.rows());
  health.reconnects = connection_.connections() > 0 ? connection_.connections() - 1 : 0;

  std::array<char, wire::kHealthBytesMax> space;
  const std::string_view text = wire::write_health(health, space);
  const Status status = publish(wire::TopicClass::health, bytes_of(text), {}, now);
  if (!is_ok(status)) {
    health_at_ = now + kHealthRetry;
    return;
  }
  if (asks_) {
    watch_.note_asked(now);
    ++parts_.counts.asked;
  }
  asks_ = false;
  health_at_ = now + (is_metered ? settings_.health_period_metered : settings_.health_period);
}

}  // namespace hf::flows
