// A day in the life of an offline queue, as a table of steps; what was promised on the way; and a
// hub that in the end must have it all.
//
// Judged by arithmetic. Every row carries a serial number, so what the hub was sent tells:
//   lost        a serial that was promised safe, and is not there
//   corrupt     bytes that are not what was kept
//   duplicated  two rows at one position, or one row at two
//   untold      a position below the highest one sent that is neither there nor in a gap record
#pragma once

#include <array>
#include <string>
#include <vector>

#include "tests/support/model_hub.h"
#include "tests/support/queue_on_sim.h"
#include "vocabulary/random.h"

namespace hf::test {

enum class Do : std::uint8_t {
  keep,        // `count` frames of readings, a second apart
  fill,        // `count` large frames of readings
  event,       // `count` alerts
  wait,        // until the window has passed, making safe
  batch,       // the batch period has passed
  fail_power,  // the supply's warning
  send,        // everything that is offered, up to `count` frames, without a receipt
  receive,     // a receipt for what was sent
  restart,     // the process ends and starts
  close,       // the process ends in order, and starts
  link_lost,
  upkeep,  // `count` steps of work in idle time
};

struct Act {
  Do what;
  int count = 1;
};

struct Tally {
  std::uint64_t cuts = 0;
  std::uint64_t lost = 0;
  std::uint64_t corrupt = 0;
  std::uint64_t duplicated = 0;
  std::uint64_t untold = 0;
  std::uint64_t refused = 0;  // the queue did not open on flash
  std::string first;          // where the first of these was

  bool is_clean() const { return lost + corrupt + duplicated + untold + refused == 0; }
};

class QueueWork {
 public:
  QueueWork(std::uint64_t seed, const sim::MediumModel& model) : on(seed, model), random_(seed) {}

  // The queue tries a medium that failed again.
  void come_to_terms() {
    on.pass(stores::queue::kRetryMax);
    make_safe();
  }

  // Until the power goes or the script ends. True: it ended.
  bool run(std::span<const Act> script) {
    if (!start()) return false;
    for (const Act& act : script) {
      if (!perform(act)) return false;
    }
    return true;
  }

  // With the power back for good: everything is sent and received.
  void judge(Tally& tally, const std::string& where) {
    const bool opened = start() && queue().keeping() == stores::Keeping::on_flash;
    judge_running(tally, where, opened);
  }

  // The same for a queue that runs on. REQUIRES: the medium is well again.
  void judge_running(Tally& tally, const std::string& where, bool opened = true) {
    if (opened) {
      // What comes after must be as safe as what was before.
      perform({Do::keep, 2});
      perform({Do::wait});
      send(1'000'000);
      receive();
    }
    const Tally before = tally;
    if (!opened) ++tally.refused;
    for (const std::uint64_t serial : safe_) {
      tally.lost += hub.has(serial) || was_given_up(places_[serial]) ? 0 : 1;
    }
    tally.corrupt += static_cast<std::uint64_t>(hub.corrupt);
    tally.duplicated += static_cast<std::uint64_t>(hub.duplicated);
    tally.untold += opened ? count_untold() : 0;
    if (tally.first.empty() && !tally.is_clean()) {
      tally.first = where + ": lost " + std::to_string(tally.lost - before.lost) + ", corrupt " +
                    std::to_string(hub.corrupt) + ", duplicated " + std::to_string(hub.duplicated) +
                    ", untold " + std::to_string(tally.untold - before.untold) +
                    (opened ? "" : ", does not open");
    }
  }

  // For a medium that lies: what was lost must be told, by a gap record, by a stream that is no
  // more, or by a stream begun because the hub knew positions that the medium had forgotten.
  // Returns how many rows were lost and told.
  std::uint64_t judge_on_liar(Tally& tally, const std::string& where) {
    static_cast<void>(start());
    constexpr int kRounds = 24;  // salvage and farewell take their time
    for (int round = 0; round < kRounds; ++round) {
      receive();  // a hub sends its receipts first, at each connect
      perform({Do::keep, 2});
      send(1'000'000);
      come_to_terms();
      upkeep(4);
    }
    std::uint64_t found = 0;
    for (const std::uint64_t serial : safe_) {
      if (hub.has(serial)) continue;
      ++(is_told(places_[serial]) ? found : tally.lost);
    }
    const bool forgot = queue().counters().positions_forgotten > 0;
    if (!forgot) tally.duplicated += static_cast<std::uint64_t>(hub.duplicated);
    tally.corrupt += static_cast<std::uint64_t>(hub.corrupt);
    if (tally.first.empty() && !tally.is_clean()) tally.first = where;
    return found + (forgot ? 1 : 0);
  }

  bool start() {
    young_.clear();  // nobody promised anything about those
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
    return memory_refusals_ > 0;
  }

  QueueOnSim on;
  ModelHub hub;
  bool promises_early = false;  // planted: an event is promised before it was stored

 private:
  struct Placed {
    std::uint64_t stream;
    wire::Lane lane;
    std::uint64_t position;
  };

  bool is_on() const { return on.supply.is_on(); }
  void note_failure() {
    if (!on.queue) return;
    memory_refusals_ += on.engine->arena_use().refusals > 0 ? 1 : 0;
    met_failure_ = met_failure_ || queue().counters().medium_failures > 0 ||
                   queue().keeping() == stores::Keeping::in_memory;
  }
  stores::OfflineQueue& queue() { return *on.queue; }

  bool perform(const Act& act) {
    switch (act.what) {
      case Do::keep: return keep(act.count, 6);
      case Do::fill: return keep(act.count, 60);
      case Do::event: return keep_events(act.count);
      case Do::wait: return wait();
      case Do::batch: return batch();
      case Do::fail_power: return fail_power();
      case Do::send: return send(act.count);
      case Do::receive: return receive();
      case Do::restart: return restart();
      case Do::close: return close();
      case Do::link_lost: queue().link_lost(); return true;
      case Do::upkeep: return upkeep(act.count);
    }
    return true;
  }

  bool keep(int count, std::uint32_t rows_max) {
    note_failure();
    for (int frame = 0; frame < count; ++frame) {
      const auto rows = static_cast<std::uint32_t>(rows_max / 2 + random_.below(rows_max / 2 + 1));
      const auto bytes = plain_frame(serial_, rows, on.now, on.boot());
      static_cast<void>(is_ok(queue().keep(bytes, on.now)));
      young_.push_back({on.now, {serial_, serial_ + rows}});
      note_places(rows, wire::Lane::readings);
      on.pass(seconds(1));
      if (!make_safe()) return false;
    }
    return is_on();
  }

  bool make_safe() {
    queue().serve(on.now);
    if (!is_on() || queue().keeping() != stores::Keeping::on_flash) return is_on();
    promise(on.now - on.settings.window);
    return true;
  }

  // What was taken before `limit` or then is safe from here on.
  void promise(Uptime limit) {
    std::erase_if(young_, [&](const Young& young) {
      if (young.taken > limit) return false;
      for (std::uint64_t serial = young.serials.first; serial < young.serials.end; ++serial) {
        safe_.push_back(serial);
      }
      return true;
    });
  }

  bool wait() {
    on.pass(on.settings.window);
    return make_safe();
  }

  bool batch() {
    on.pass(on.settings.batch_period);
    return make_safe();
  }

  bool fail_power() {
    if (is_ok(queue().make_safe(on.now))) promise(on.now);
    return is_on();
  }

  bool keep_events(int count) {
    for (int event = 0; event < count; ++event) {
      const auto bytes = plain_frame(serial_, 1, on.now, on.boot(), wire::FrameKind::alert);
      if (is_ok(queue().keep_event(bytes, on.now)) || promises_early) safe_.push_back(serial_);
      note_places(1, wire::Lane::events);
      if (!is_on()) return false;
    }
    return true;
  }

  bool send(int count) {
    for (const auto choice :
         {stores::Choice::events, stores::Choice::live, stores::Choice::backlog}) {
      stores::Offer offer;
      while (count > 0 && is_ok(queue().peek(choice, on.now, queue_room().out, offer))) {
        hub.take(offer);
        if (!is_ok(queue().mark_in_flight(offer))) break;
        --count;
      }
    }
    return is_on();
  }

  bool receive() {
    for (const auto& [key, lane] : hub.lanes) {
      static_cast<void>(is_ok(queue().acknowledge(hub.receipt(key.first, key.second), on.now)));
    }
    return is_on();
  }

  bool restart() {
    on.end();
    on.flash.restart_process();
    return start();
  }

  bool close() {
    if (is_ok(queue().close(on.now))) promise(on.now);
    if (!is_on()) return false;
    on.end();
    return start();
  }

  bool upkeep(int count) {
    for (int step = 0; step < count; ++step) {
      on.pass(seconds(60));
      queue().serve(on.now);
      if (!is_on()) return false;
    }
    return true;
  }

  // Where the last rows kept went.
  void note_places(std::uint32_t rows, wire::Lane lane) {
    const stores::QueueFigures figures = queue().figures(on.now);
    const auto next = lane == wire::Lane::readings ? figures.readings_next : figures.events_next;
    for (std::uint32_t row = 0; row < rows; ++row) {
      places_.push_back({figures.stream, lane, next - rows + row});
      ++serial_;
    }
  }

  bool is_known(std::uint64_t stream) const {
    std::array<std::uint64_t, stores::queue::kStreamsMax> known{};
    const auto end = known.begin() + on.queue->streams(known);
    return std::find(known.begin(), end, stream) != end;
  }

  std::uint64_t count_untold() {
    std::uint64_t untold = 0;
    for (const auto& [key, lane] : hub.lanes) {
      // A stream that was in memory only, when its process ended, is told by its absence.
      if (!is_known(key.first)) continue;
      const stores::Receipt receipt = hub.receipt(key.first, key.second);
      for (const auto& hole : receipt.holes) untold += hole.count();
    }
    return untold;
  }

  // By decision, because there was no room; and said so.
  bool was_given_up(const Placed& placed) {
    const auto& gaps = hub.lanes[{placed.stream, placed.lane}].gaps;
    return std::ranges::any_of(gaps, [&](const auto& gap) {
      return gap.rows.contains(placed.position) &&
             (gap.reason == wire::GapReason::dropped || gap.reason == wire::GapReason::thinned);
    });
  }

  bool is_told(const Placed& placed) {
    if (!is_known(placed.stream) || queue().counters().positions_forgotten > 0) return true;
    const auto& gaps = hub.lanes[{placed.stream, placed.lane}].gaps;
    return std::ranges::any_of(gaps,
                               [&](const auto& gap) { return gap.rows.contains(placed.position); });
  }

  struct Young {
    Uptime taken;
    stores::queue::Interval serials;
  };

  Random random_;
  bool met_failure_ = false;
  std::uint64_t memory_refusals_ = 0;
  std::uint64_t serial_ = 1;
  std::vector<Placed> places_{{}};   // by serial number
  std::vector<Young> young_;         // kept, not promised yet
  std::vector<std::uint64_t> safe_;  // promised
};

}  // namespace hf::test
