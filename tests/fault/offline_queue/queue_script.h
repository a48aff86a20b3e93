// A day in the life of an offline queue, as a table of acts, and a hub that in the end must have
// all that was promised (queue_promises.h).
#pragma once

#include "tests/fault/offline_queue/queue_act.h"
#include "tests/fault/offline_queue/queue_promises.h"
#include "tests/support/queue_on_sim.h"
#include "vocabulary/random.h"

namespace hf::test {

class QueueWork {
 public:
  QueueWork(std::uint64_t seed, const sim::MediumModel& model) : on(seed, model), random_(seed) {}
  QueueWork(const QueueWork&) = delete;
  QueueWork& operator=(const QueueWork&) = delete;

  // Until the power goes or the script ends. True: it ended.
  bool run(std::span<const Act> script) {
    return start() && std::ranges::all_of(script, [&](const Act& act) { return perform(act); });
  }

  // Before the first start.
  void begin_with_version_1();

  // With the power back for good: everything is sent and received.
  void judge(Tally& tally, const std::string& where) {
    judge_running(tally, where, start() && queue().keeping() == stores::Keeping::on_flash);
  }

  // The same for a queue that runs on. REQUIRES: the medium is well again.
  void judge_running(Tally& tally, const std::string& where, bool is_open) {
    // What comes after must be as safe as what was before.
    constexpr Act kAfterwards[] = {{Do::keep, 2}, {Do::wait}, {Do::send, 1'000'000}, {Do::receive}};
    if (is_open) std::ranges::for_each(kAfterwards, [&](const Act& act) { perform(act); });
    tally.refused += is_open ? 0 : 1;
    if (is_open) promises_.judge(known_streams(), tally);
    note_first(tally, where);
  }

  // For a medium that lies: what was lost must be told, by a gap record, by a stream that is no
  // more, or by a stream begun because the hub knew positions that the medium had forgotten.
  // Returns how many rows were lost and told.
  std::uint64_t judge_on_liar(Tally& tally, const std::string& where) {
    constexpr int kRounds = 24;  // for salvage and farewell, a few frames at a time
    static_cast<void>(start());
    for (int round = 0; round < kRounds; ++round) {
      // A hub sends its receipts first, at each connect.
      for (const Act& act : {Act{Do::receive}, Act{Do::keep, 2}, Act{Do::send, 1'000'000}}) {
        perform(act);
      }
      come_to_terms();
      perform({Do::upkeep, 4});
    }
    if (queue().counters().positions_forgotten > 0) {
      hub.duplicated = 0;  // found by then: a new stream was begun
      tally.corrupt += static_cast<std::uint64_t>(hub.corrupt);
      return 1;
    }
    const std::uint64_t told = promises_.judge_on_liar(known_streams(), tally);
    note_first(tally, where);
    return told;
  }

  // The queue tries a medium that failed again.
  void come_to_terms() {
    on.pass(stores::queue::kRetryMax);
    serve();
  }

  bool start() {
    promises_.forget_young();  // nobody promised anything about those
    static_cast<void>(is_ok(on.start()));
    note_failure();
    return is_on();
  }

  bool met_failure() {
    note_failure();
    return met_failure_;
  }
  bool met_memory_refusal() {
    note_failure();
    return met_memory_refusal_;
  }

  QueueOnSim on;
  ModelHub hub;
  bool promises_early = false;  // planted: an event is promised before it was stored

 private:
  bool is_on() const { return on.supply.is_on(); }
  stores::OfflineQueue& queue() { return *on.queue; }
  void note_failure();
  void note_first(Tally& tally, const std::string& where) const;
  std::span<const std::uint64_t> known_streams();

  bool perform(const Act& act);
  bool serve();
  bool keep(int count, std::uint32_t rows_max);
  bool keep_events(int count);
  bool send(int count);
  bool receive();
  bool restart();
  bool close();
  bool tend(int count);

  Random random_;
  QueuePromises promises_{hub};
  std::array<std::uint64_t, stores::queue::kStreamsMax> known_{};
  bool met_failure_ = false;
  bool met_memory_refusal_ = false;
};

}  // namespace hf::test

#include "tests/fault/offline_queue/queue_acting.h"
