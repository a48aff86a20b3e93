#include "tests/simulation/core/audit.h"

#include <memory>
#include <vector>

#include "files/database/engine.h"
#include "files/sealing/sealing.h"
#include "flows/compacting/wire_shaping.h"
#include "stores/offline_queue/offline_queue.h"

namespace hf::simulation {
namespace {

constexpr std::uint64_t kStrangerMask = 0x5EED;  // the boot of the audit is nobody else's
constexpr int kServesMax = 2000;                 // upkeep, until nothing is left to be said

class Auditor {
 public:
  Auditor(sim::Board& board, gateway::GatewayMemory& memory, Upstream& upstream)
      : board_(board),
        upstream_(upstream),
        flash_(board.flash),
        engine_({memory.sqlite_arena, memory.sqlite_page_cache}, flash_, board.seed()),
        shaper_(std::make_unique<compacting::WireShaping>()),
        sealing_(board.keys),
        queue_(engine_, flash_, *shaper_, memory.queue(), stores::QueueSettings{},
               {&sealing_, &board.entropy, memory.sealed_frame}),
        out_(limits::kBoard.frame_bytes_max) {}

  bool run() {
    if (!is_ok(engine_.start())) return false;
    const BootId boot{board_.clock.boot_id().value ^ kStrangerMask};
    const bool is_on_flash = is_ok(queue_.open(boot, now_));
    for (int turn = 0; turn < kServesMax; ++turn) {
      now_ = std::max(queue_.serve(now_), now_ + milliseconds(1));
      if (!drain() && turn > kQuietTurns) break;
      send_receipts();
    }
    note_streams();
    return is_ok(queue_.close(now_)) && is_on_flash;
  }

 private:
  static constexpr int kQuietTurns = 4;

  // False: there was nothing.
  bool drain() {
    bool was_something = false;
    for (const stores::Choice choice : {stores::Choice::events, stores::Choice::backlog}) {
      stores::Offer offer;
      while (is_ok(queue_.peek(choice, now_, out_, offer))) {
        was_something = true;
        upstream_.take(offer.bytes);
        if (!is_ok(queue_.mark_in_flight(offer))) send_receipts();
      }
    }
    return was_something;
  }

  void send_receipts() {
    for (const std::uint64_t stream : note_streams()) {
      for (const wire::Lane lane : {wire::Lane::readings, wire::Lane::events}) {
        send_receipt(stream, lane);
      }
    }
  }

  void send_receipt(std::uint64_t stream, wire::Lane name) {
    const LaneUpstream& lane = upstream_.lane(stream, name);
    Intervals there = lane.rows;
    for (const auto& [first, end] : lane.declared.runs()) there.add({first, end});
    std::vector<Interval> holes;
    there.each_gap({0, there.end()}, [&](const Interval& hole) { holes.push_back(hole); });
    static_cast<void>(
        queue_.acknowledge({.stream = stream,
                            .lane = name,
                            .watermark = holes.empty() ? there.end() : holes.front().first,
                            .through = there.end(),
                            .holes = holes},
                           now_));
  }

  std::span<const std::uint64_t> note_streams() {
    const std::uint32_t count = queue_.streams(known_);
    upstream_.note_known(std::span{known_}.first(count));
    return upstream_.known();
  }

  sim::Board& board_;
  Upstream& upstream_;
  files::MeteredFlash flash_;
  files::Engine engine_;
  std::unique_ptr<compacting::WireShaping> shaper_;
  files::Sealing sealing_;
  stores::OfflineQueue queue_;
  std::vector<std::byte> out_;
  std::array<std::uint64_t, stores::queue::kStreamsMax> known_{};
  Uptime now_;
};

}  // namespace

bool audit(sim::Board& board, gateway::GatewayMemory& memory, Upstream& upstream) {
  const auto auditor = std::make_unique<Auditor>(board, memory, upstream);
  return auditor->run();
}

}  // namespace hf::simulation
