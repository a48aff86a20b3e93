// A worker: messages in, one durable batch, receipts out. It has no thread, no broker and no clock,
// so that everything that may happen to it can be played on a desk.
//
//   W1  A receipt speaks only of what is committed.
//   W2  A batch that could not be kept is kept later, or given up with the worker; it is never
//       receipted.
//   W3  Any message at all is kept or counted as refused; none ends the worker.
//
// A worker holds nothing that a gateway would miss: killed at any moment, what it had not committed
// is not receipted, so it comes again.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tools/hub/intake/intake.h"
#include "tools/hub/mirror/correspondence.h"
#include "tools/hub/serving/receipt_schedule.h"
#include "tools/hub/storage/archive.h"
#include "tools/hub/storage/keeper.h"
#include "tools/hub/storage/retention.h"

namespace hf::hub {

struct WorkerSettings {
  std::string root = "holdfast";
  KeeperLimits limits{};
  RetentionBounds keep{};
  std::uint64_t seed = 1;  // random, new for each process
};

inline constexpr int kReceiptExpiryS = 600;

struct Outgoing {
  std::string topic;
  std::string payload;
  int expires_s = kReceiptExpiryS;
  std::int64_t errand_id = 0;  // of an errand: when the broker has it, say so: delivered()
};

struct WorkerCounts {
  Kept kept;  // sums; `touched` and the questions are empty
  std::uint64_t batches = 0;
  std::uint64_t receipts = 0;
};

class Worker {
 public:
  // `sql` must outlive it; its schema is there.
  Worker(Sql& sql, const WorkerSettings& settings);

  // Takes one message into the batch that is being made.
  void take(const Message& message) { intake_.take(message, batch_); }
  // Makes the batch durable. Throws Failure: it is still to be made so; call again after
  // sql.reopen().
  void commit(UtcTime now);

  // What is to be sent now. Throws Failure: nothing is lost, it is still due.
  std::vector<Outgoing> receipts(UtcTime now);

  // What is to be said about documents: answers to gateways that compare, and edits and commands
  // that wait for theirs. Throws Failure: it is still due.
  std::vector<Outgoing> messages(UtcTime now);
  // The broker has taken these errands; any other is sent again.
  void delivered(std::span<const std::int64_t> errand_ids) { table_.done(errand_ids); }

  // Lets go of what is beyond the bounds, a little at a time, and of what was deleted long ago.
  // Throws Failure: it is still to be let go.
  void let_go(UtcTime now) {
    retention_.step(now);
    graveyard_.step(now);
  }

  // Gateways whose activity is not what it was, since this was last asked: H1.
  std::vector<std::int64_t> take_broken_chains() { return std::exchange(broken_chains_, {}); }

  // A broker was reached: whoever may be there is owed a receipt and a comparison.
  void greet(UtcTime now);

  bool has_work() const { return !batch_.empty(); }
  const WorkerCounts& counts() const { return counts_; }
  const Correspondence::Counts& spoken() const { return correspondence_.counts(); }
  const LetGo& gone() const { return retention_.counts(); }
  const Intake::Counts& intake_counts() const { return intake_.counts(); }

 private:
  void keep(UtcTime now);
  void write_receipts(std::int64_t gateway_id, std::vector<Outgoing>& out);
  void note_refusals(UtcTime now);
  std::string topic_of(const GatewayName& name, wire::TopicClass topic_class) const;

  Sql& sql_;
  WorkerSettings settings_;
  Intake intake_;
  Batch batch_;
  Keeper keeper_;
  Archive archive_;
  DocumentTable table_;
  Graveyard graveyard_;
  Correspondence correspondence_;
  Retention retention_;
  std::vector<std::int64_t> broken_chains_;
  ReceiptSchedule schedule_;
  WorkerCounts counts_;
  std::array<std::uint64_t, kRefusedCount> refusals_noted_{};
};

}  // namespace hf::hub
