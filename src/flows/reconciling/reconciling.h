// Reconciling: keeps our documents and upstream's alike. What changes here goes up as events, what
// changes there comes down through the inbox, and after each time apart both compare and send only
// what differs.
//
// Upwards everything goes through the offline queue, so that it survives a power cut, is sent in
// its lane and is receipted like any other event. An edit is on flash with the document already
// when it waits here for its debounce; should the power go meanwhile, the next comparison tells
// upstream.
//
//   N1  Every change made here is in the queue within its debounce of the first one, or found by
//       the next comparison.
//   N2  What came from upstream is not sent back.
//   N3  One step takes a bounded number of messages; what is left waits in the inbox.
//   N4  A link that comes and goes costs one comparison in kCompareLeast.
//   N5  Nothing of a collection that stays on the gateway (`sync.….upstream`) goes up, by whatever
//       way; what upstream says of it is still heard.
//   N6  Each deletion is said until upstream has receipted it: then its tombstone may age.
//   N7  When the clock is found or set, what lies ahead of it is taken back, and both ends compare:
//       what either kept out for being of the future need not wait for the next connection.
//
// Memory is the caller's. Owned by the service loop.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "documents/comparing.h"
#include "flows/reconciling/upward.h"
#include "state/replica.h"
#include "stores/inbox/inbox.h"
#include "stores/ledger/ledger.h"
#include "stores/offline_queue/offline_queue.h"
#include "wire/frames/frame.h"

namespace hf::flows {

inline constexpr std::uint32_t kMessagesPerStep = 16;
inline constexpr Duration kCompareLeast = minutes(1);
inline constexpr Duration kClockSet = minutes(1);  // by so much: others believe five times that
inline constexpr std::size_t kPendingMax = 64;
inline constexpr std::uint32_t kGravesPerRound = 32;  // tombstones said before one receipt
inline constexpr Duration kGraveRound = minutes(1);

struct PendingChange {
  std::uint8_t row = 0;  // of kUpward
  state::ItemKey key;
  documents::Stamp since;  // the first write that was not told
  Uptime due;
  bool has_due = false;
};

// Room to build frames in.
struct ReconcilingRooms {
  documents::Document delta;
  std::array<std::byte, kRowsPerCommit*(documents::kMessageBytesMax + 128)> frames;
};

class Reconciling final : public state::DocumentObserver,
                          private documents::DocumentSet,
                          private documents::MessageOut {
 public:
  // REQUIRES: all outlive this.
  Reconciling(state::Replica& replica, stores::Inbox& inbox, stores::OfflineQueue& queue,
              ReconcilingRooms& rooms, BootId boot);

  // Takes what waits and tells what is due. When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc);
  // The last one: nothing waits for its debounce.
  void finish(Uptime now, const UtcReading& utc);

  // Upstream can be reached, and may have changed meanwhile: a comparison is due.
  void link_up(Uptime now);
  // Takes effect with the next change. What begins to go up is compared with upstream.
  void set(const SyncSettings& settings);

  // On demand: all documents go up, a few in a step; and a comparison now, which brings all that
  // upstream has and we have not.
  void push_all() {
    push_place_ = 0;
    counts_.push_all = replica_.count();
  }
  void pull_all() {
    compare_at_ = {};
    wants_comparison_ = true;
  }
  // Documents still to be pushed.
  std::uint32_t left_to_push() const;

  stores::ReconcilingCounts counts() const {
    stores::ReconcilingCounts counts = counts_;
    counts.waiting = waiting();
    counts.push_left = left_to_push();
    return counts;
  }
  std::uint32_t waiting() const { return static_cast<std::uint32_t>(pending_.size()); }

 private:
  void changed(const state::Changed& change) override;

  std::uint32_t count() const override { return replica_.count(); }
  documents::DocumentView at(std::uint32_t place) const override { return replica_.at(place); }
  // N5: a comparison sees nothing of what stays here.
  std::uint32_t first_of(std::string_view collection) const override {
    return goes_up(collection) ? replica_.first_of(collection) : replica_.count();
  }
  bool find(const documents::DocumentId& id, documents::DocumentView& document) const override {
    return goes_up(id.collection) && replica_.find(id, document);
  }
  Status say(const documents::Message& message) override;

  void take_payload(std::span<const std::byte> payload, const UtcReading& utc);
  void take_message(const documents::Message& message, const UtcReading& utc);
  void tell(const PendingChange& pending);
  void push_some();
  void compare();
  void watch_clock(const UtcReading& utc);
  bool goes_up(std::string_view collection) const { return settings_.of(collection).upstream; }
  Status make_room_for(const Upward* upward);
  void tell_graves();
  Status flush();
  Uptime next_due(Uptime now) const;

  state::Replica& replica_;
  stores::Inbox& inbox_;
  stores::OfflineQueue& queue_;
  ReconcilingRooms& rooms_;
  documents::Comparing comparing_;
  BootId boot_;
  SyncSettings settings_;
  Uptime now_;
  FixedVector<PendingChange, kPendingMax> pending_;
  std::array<std::span<const std::byte>, kRowsPerCommit> frames_;
  std::array<std::uint32_t, kUpward.size()> in_commit_{};  // frames of each collection
  std::uint32_t frame_count_ = 0;
  std::size_t frame_bytes_ = 0;
  std::uint32_t push_place_ = UINT32_MAX;
  bool wants_comparison_ = false;
  Uptime compare_at_;
  bool has_seen_clock_ = false;
  bool clock_was_trusted_ = false;
  Duration clock_ahead_;  // of uptime, when it was found or set last
  std::optional<std::array<stores::QueueMark, 2>> graves_told_;  // before and after they were said
  Uptime graves_at_;
  stores::ReconcilingCounts counts_;
};

}  // namespace hf::flows
