// What the broker has taken and the hub has not confirmed yet, and when to stop believing that it
// will.
//
// The queue knows which rows are on their way; this knows since when. Rows whose receipt is overdue
// are sent again: after 60 s (or a receipt period and 45 s, where they are asked for rarely),
// then after twice as long each time, up to 10 min. Halfway there a receipt is asked for, which
// costs 400 bytes instead of what the frames cost: more often it is the receipt that was lost. A
// row that the hub lacks while it has later ones is sent again sooner: it was lost on its way.
//
//   RW1  What was added is confirmed, or given back for sending again, exactly once.
//   RW2  Receipts that confirm something bring the patience back to its first value.
//
// Cost: a table of runs. Neighbours sent within a few seconds share an entry.
#pragma once

#include <cstdint>

#include "stores/offline_queue/offer.h"
#include "vocabulary/fixed_vector.h"
#include "wire/uplink/health.h"
#include "wire/uplink/receipt.h"

namespace hf::flows::uplink {

struct AwaitedRun {
  std::uint64_t stream = 0;
  wire::Lane lane = wire::Lane::readings;
  stores::queue::Interval rows;
  Uptime since;          // the broker's acknowledgement
  bool is_lost = false;  // the hub has later ones
};

class ReceiptWatch {
 public:
  static constexpr std::size_t kRunsMax = 64;
  static constexpr Duration kPatienceLeast = seconds(60);
  static constexpr Duration kPatienceMost = minutes(10);
  // From the broker to the hub, committed, and back; several workers may overtake each other.
  static constexpr Duration kHubTakes = seconds(20);

  // How often receipts were asked for.
  void set_period(Duration receipt_every);

  // Rows the broker acknowledged. False: no room; wait for a receipt with sending more.
  bool add(const AwaitedRun& run);
  std::size_t runs_free() const { return kRunsMax - runs_.size(); }

  // Takes out what is confirmed. Returns how many rows of those awaited that was.
  std::uint64_t confirm(const wire::ReceiptEntry& entry, Uptime now);

  // Takes out one run that is to be sent again. False: none is.
  bool take_overdue(Uptime now, AwaitedRun& run);

  // True once for each patience, some time before it ends: ask for a receipt.
  bool wants_to_ask(Uptime now) const;
  void note_asked(Uptime now) { asked_at_ = now; }

  // Nothing of before counts any more: the queue offers all of it again.
  void clear() { runs_.clear(); }

  // Receipts are overdue, and have been for one patience at least.
  bool is_hub_silent() const { return patience_ > first_patience(); }
  Duration patience() const { return patience_; }
  bool empty() const { return runs_.empty(); }
  std::uint64_t rows() const;

  // When take_overdue() or wants_to_ask() may answer otherwise; the end of time: never.
  Uptime next() const;

 private:
  Duration first_patience() const;
  Uptime ask_at() const;

  FixedVector<AwaitedRun, kRunsMax> runs_;  // in the order of `since`
  Duration receipt_every_ = wire::kReceiptEvery;
  Duration patience_ = kPatienceLeast;
  Uptime asked_at_{-1};
  Uptime given_back_to_{-1};  // runs that waited since before are overdue
};

}  // namespace hf::flows::uplink
