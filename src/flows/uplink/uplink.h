// The uplink: takes what the queue keeps to where a hub has it for good.
//
//   UL1  Only a hub's receipt lets the queue forget; a broker's word only where a setting says so.
//   UL2  Events go before live readings, live readings before the backlog, and the backlog leaves
//        room for both.
//   UL3  What was on its way when a connection ended goes again.
//   UL4  A rate, a window, a breaker or a silent hub makes data wait in the queue; none refuses it.
//   UL5  Whatever comes down is bounded, checked, and handed on; nothing of it is trusted here.
//
// It keeps nothing that matters: a new one begins with asking the hub what it has. What it is made
// of stands beside it, each with a promise of its own: connection.h, send_window.h, parcels.h,
// receipt_watch.h, pacing.h, breaker.h, token_bucket.h, reactions.h.
//
// Cost: step() does what the window has room for. Nothing allocates. Owned by the service loop.
#pragma once

#include "flows/uplink/connection.h"
#include "flows/uplink/drain_pace.h"
#include "flows/uplink/pacing.h"
#include "flows/uplink/parcels.h"
#include "flows/uplink/receipt_watch.h"
#include "flows/uplink/send_window.h"
#include "flows/uplink/token_bucket.h"
#include "flows/uplink/uplink_parts.h"
#include "vocabulary/breaker.h"

namespace hf::flows {

class Uplink {
 public:
  // REQUIRES: all outlive it.
  Uplink(const UplinkParts& parts, const uplink::ParcelMemory& memory, const GatewayId& id,
         std::uint64_t seed);

  // Takes effect at once; a connection begins anew. Until the first call it is off.
  void set(const UplinkSettings& settings, Uptime now);
  void set_share(const UplinkShare& share, Uptime now);
  void set_inbox(UplinkInbox& inbox) { inbox_ = &inbox; }
  void set_version(std::string_view version) { version_ = version; }
  // What the next health message says of the activity. REQUIRES: `digest` is 64 digits of hex.
  void set_activity(std::uint64_t number, std::string_view digest) {
    activity_number_ = number;
    activity_digest_.assign(digest);
  }

  // Does what is due. Answers when it wants to be called next; sooner does no harm, and an event of
  // the link is a reason.
  Uptime step(Uptime now);

  // Everything that waits goes now, as far as the link lets it.
  void sync_now(Uptime now);

  // Something that is in no queue: the result of a command, documents. ok: on its way.  busy: no
  // place in the window now.  unavailable: not connected.  full: larger than the broker takes.
  Status send(wire::TopicClass topic_class, std::span<const std::byte> payload, Uptime now);

  bool can_send() const { return is_up_ && window_.has_room(1, false, meter_); }

  // Orderly: the broker publishes no last will.
  void end(Uptime now);

  // How often forwarding should cut a frame; zero: as late as it may, for nobody listens.
  Duration live_period() const;
  const uplink::Connection& connection() const { return connection_; }
  // As it was before a restart. After set().
  void restore(const uplink::BackoffState& state) { connection_.restore(state); }

 private:
  bool is_by_broker() const;
  bool is_gathering() const;
  void take(const hal::LinkEvent& event, Uptime now);
  void begin_connection(const hal::LinkEvent& event, Uptime now);
  std::uint64_t first_guess();
  void end_connection();
  void acknowledged(hal::PublishToken token, Uptime now);
  void refused(const hal::LinkEvent& event, Uptime now);
  void take_message(const hal::LinkEvent& event, Uptime now);
  Status take_receipt(std::span<const std::byte> payload, Uptime now);
  void believe(const wire::ReceiptEntry& entry, Uptime now);

  void watch_receipts(Uptime now);
  void watch_period(Uptime now);
  void watch_session(Uptime now);
  void finish_burst(Uptime now);
  void send_due(Uptime now);
  bool may_send(stores::Choice choice, Uptime now);
  bool send_one(stores::Choice choice, Uptime now);
  uplink::ParcelWish wish_for(stores::Choice choice) const;
  bool has_leave(stores::Choice choice, std::size_t bytes, Uptime now);
  bool is_text_wanted(const uplink::Parcel& parcel) const;
  Status make_text(uplink::Parcel& parcel);
  void refuse(const uplink::Parcel& parcel, Uptime now);
  void note_sent(stores::Choice choice, const uplink::Parcel& parcel);
  Status publish(wire::TopicClass topic_class, std::span<const std::byte> payload,
                 uplink::Flight flight, Uptime now);
  void give_back(const stores::Offer& offer);
  void send_health(Uptime now);
  Uptime wake_at(Uptime now) const;
  void note();

  UplinkParts parts_;
  GatewayId id_;
  UplinkSettings settings_;
  uplink::Connection connection_;
  uplink::Parcels parcels_;
  uplink::SendWindow window_;
  uplink::LinkMeter meter_;
  uplink::ReceiptWatch watch_;
  Breaker breaker_;
  uplink::Pacing pacing_;
  uplink::DrainPace drain_pace_;
  uplink::TokenBucket bytes_, messages_;
  UplinkShare share_;
  UplinkInbox* inbox_ = nullptr;
  std::uint64_t activity_number_ = 0;
  FixedString<wire::kHealthDigestCharacters> activity_digest_;
  std::string_view version_;

  std::uint64_t guess_ = 0;             // of the link's rate, when the connection began
  std::size_t payload_max_ = SIZE_MAX;  // that the broker takes, as far as it said or showed
  std::size_t text_frame_max_ = 0;      // a frame of so many bytes makes a text that can be sent
  Duration period_;                     // of live frames
  Uptime tick_at_;                      // when the next live frame is due, where they are gathered
  Uptime gathered_until_;               // there: what was taken later waits for the next one
  Uptime backlog_from_;                 // after a connect the hub says first what it has
  Uptime data_from_;                    // a rate, or the queue, lets nothing but events go before
  Uptime health_at_;
  Uptime session_at_;             // where sending has sessions: the next one
  Uptime look_at_;                // whether one is forced
  Uptime drained_at_{INT64_MAX};  // since when there has been nothing to send
  Uptime last_receipt_;

  std::array<wire::TopicName, wire::kTopicClassCount> topics_;
  std::uint32_t next_token_ = 1;
  bool is_up_ = false;             // as far as what stands below knows
  bool joins_ = true;              // until a joined frame was refused
  bool is_live_due_ = false;       // where live frames are gathered
  bool asks_ = false;              // the next health message asks for receipts
  bool is_syncing_ = false;        // where sending has sessions: one is open
  bool has_asked_at_end_ = false;  // of a burst
};

}  // namespace hf::flows
