// Filing: one commit that brings into the file what only memory or the journal has, and settles
// what became of every position before it. For this room only.
//
// A position that was given and is neither filed, nor received upstream, nor still in memory is
// lost, whatever the cause; so nobody has to report a loss. Filing sees the hole and puts its gap
// record into the same commit that passes over it.
//
// Nothing in memory changes before commit() answered ok, except that positions given to gap records
// are used up: a commit that failed may yet be on the medium.
#pragma once

#include <array>
#include <cstdint>

#include "files/database/transaction.h"
#include "stores/offline_queue/queue_state.h"

namespace hf::stores::queue {

class Filing {
 public:
  Filing(QueueState& queue, Uptime now, wire::GapReason reason_of_holes);

  // All: outcomes of files::Statement::run(). After anything but ok, only the destructor.
  Status begin();
  Status file_readings();  // the fresh frames
  Status file_events();    // those on their way
  // A frame from elsewhere. REQUIRES: it stands behind what was filed of its stream and lane.
  Status file_one(StreamState& stream, Lane lane, const FiledFrame& frame,
                  std::span<const std::byte> bytes);
  // The same for one that may be there already.
  Status file_if_missing(StreamState& stream, Lane lane, const FiledFrame& frame,
                         std::span<const std::byte> bytes);
  // Whatever was given before `to` and was not filed is lost.
  Status settle(StreamState& stream, Lane lane, Position to);
  // The record goes into the events of the stream that it is about.
  Status add_gap(StreamState& stream, Lane lane, const Interval& rows, wire::GapReason reason,
                 wire::Resolution kept = wire::Resolution::nothing);

  // The ledger as it will be.
  Ledger& ledger() { return ledger_; }
  void reserve_from(const StreamState& stream, Lane lane, Position next);

  // At an orderly end: nothing is reserved for later. REQUIRES: nothing is kept afterwards.
  void give_back_reservations() { gives_back_ = true; }

  // The stream leaves the file. REQUIRES: upstream misses nothing of it that is not declared here.
  Status forget(const StreamState& stream);

  // ok: durable, and memory agrees with it.
  Status commit();

 private:
  struct LanePlan {
    Position accounted_to = 0;
    Position reserved_to = 0;
  };

  LanePlan& plan(const StreamState& stream, Lane lane);
  Status pass(StreamState& stream, Lane lane, const Interval& rows);
  Result<std::uint32_t> file_run(std::uint32_t first);
  std::uint32_t gather(std::uint32_t first);
  Result<std::uint32_t> join(std::uint32_t count, std::uint32_t& bytes);
  void renew_reservations();
  Status save_streams();
  void limit_new_streams();
  void apply();

  QueueState& queue_;
  Uptime now_;
  wire::GapReason reason_;
  files::Transaction transaction_;
  Ledger ledger_;
  std::array<std::array<LanePlan, kLaneCount>, kStreamsMax> plans_;
  bool readings_filed_ = false;
  bool events_filed_ = false;
  bool gives_back_ = false;
  const StreamState* forgotten_ = nullptr;
};

}  // namespace hf::stores::queue
