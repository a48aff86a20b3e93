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
#include <vector>

#include "tools/hub/intake/intake.h"
#include "tools/hub/serving/receipt_schedule.h"
#include "tools/hub/storage/archive.h"
#include "tools/hub/storage/keeper.h"

namespace hf::hub {

struct WorkerSettings {
  std::string root = "holdfast";
  KeeperLimits limits;
};

struct Outgoing {
  std::string topic;
  std::string payload;
};

struct WorkerCounts {
  Kept kept;  // sums; `touched` is empty
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

  // A broker was reached: whoever may be there is owed a receipt.
  void greet(UtcTime now);

  bool has_work() const { return !batch_.empty(); }
  const WorkerCounts& counts() const { return counts_; }
  const Intake::Counts& intake_counts() const { return intake_.counts(); }

 private:
  void keep(UtcTime now);
  void write_receipts(std::int64_t gateway_id, std::vector<Outgoing>& out);
  void note_refusals(UtcTime now);

  Sql& sql_;
  WorkerSettings settings_;
  Intake intake_;
  Batch batch_;
  Keeper keeper_;
  Archive archive_;
  ReceiptSchedule schedule_;
  WorkerCounts counts_;
  std::array<std::uint64_t, kRefusedCount> refusals_noted_{};
};

}  // namespace hf::hub
