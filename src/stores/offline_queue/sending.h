// The sending side: which positions upstream lacks, and which frames have them. For this room only.
//
// Three sets of positions per lane decide everything: received (for good), in flight (for now, in
// memory) and quarantined (refused too often). What is in none of them is to be sent.
//
// Cost: an offer is a few descents of the file's tree, whatever the backlog.
#pragma once

#include "stores/offline_queue/offer.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Sending {
 public:
  explicit Sending(QueueState& queue) : queue_(queue) {}

  // Outcomes: OfflineQueue::peek(). corrupt: the bytes in the file at `damaged()` are not what was
  // written there, or cannot be opened; nothing is offered.
  Status peek(Choice choice, Uptime now, std::span<std::byte> out, Offer& offer);
  const FiledFrame& damaged() const { return damaged_; }
  wire::GapReason why_damaged() const { return why_damaged_; }

  // The rows of the frame that has `at`, wherever it is, or of the next one. not_found: none.
  Status find_frame(const StreamState& stream, Lane lane, Position at, Interval& rows);

  // When the oldest frame that has something to send was kept, wherever it is; on the clock of
  // Ledger::running_ms. not_found: nothing waits.  unavailable, busy: the file cannot be read now.
  Result<std::int64_t> oldest_kept_ms(const StreamState& stream, Lane lane);

  // Whether a frame is there to be sent. True when that cannot be told.
  bool has_to_send(const StreamState& stream, Lane lane);

  Status mark_in_flight(const Offer& offer);
  Status acknowledge(const Receipt& receipt);

 private:
  struct Found {
    const FreshFrame* fresh = nullptr;  // else it is in the file
    FiledFrame filed;
    Interval missing;
  };

  Status peek_live(Uptime now, Offer& offer);
  Status find_oldest(const StreamState& stream, Lane lane, Found& found);
  Status peek_oldest(const StreamState& stream, Lane lane, std::span<std::byte> out, Offer& offer);
  Status find_filed(const StreamState& stream, Lane lane, Position at, FiledFrame& frame);
  Status offer_filed(const StreamState& stream, const FiledFrame& frame, std::span<std::byte> out,
                     Offer& offer);
  static bool is_what_stood_there(const StreamState& stream, const FiledFrame& frame,
                                  std::span<const std::byte> bytes);
  void offer_fresh(const FreshFrames& frames, const FreshFrame& frame, Offer& offer);

  QueueState& queue_;
  FiledFrame damaged_;
  wire::GapReason why_damaged_ = wire::GapReason::unreadable;
};

// The first position from `at` on that is to be sent, or that was never given.
Position next_to_send(const LaneState& lane, Position at);

}  // namespace hf::stores::queue
