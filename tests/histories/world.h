// A small world in which several replicas change one document while everything goes wrong: messages
// are lost, late, doubled and out of order, links are cut, clocks are off by up to ten years or not
// there at all, power goes between reserving a stamp and using it, tombstones are forgotten.
//
// One seed is one history. After every step and at the end it is held against what was promised:
//
//   stamps        strictly increasing for each writer, over all reboots; after all that was seen;
//                 never ahead of a clock that is right
//   audit         whatever reached a replica stands there or is in its audit; nothing that is told
//                 as lost stands
//   resurrection  nothing written in a life stands where that life is known to be over
//   convergence   once clocks are right and everybody has heard everybody, all hold equal bytes;
//                 and versions picked on the way merge alike in any order and grouping
//   last write    where no stamp was disbelieved and no grave forgotten, the value in effect is the
//                 last one written in the document's life
//
// A lying clock is one that calls itself trusted and is years off: what it does to its own replica
// may be lost (and is audited), but it reaches nobody else. At the end all clocks are put right.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "documents/document.h"
#include "documents/hybrid_clock.h"
#include "documents/losses.h"
#include "documents/policy.h"
#include "tests/histories/climate.h"
#include "tests/histories/operation_masks.h"
#include "vocabulary/fixed_vector.h"
#include "vocabulary/random.h"

namespace hf::histories {

inline constexpr std::uint32_t kReplicasMax = 5;
inline constexpr std::uint32_t kStepsMax = 28;
inline constexpr std::uint32_t kOperationsMax = 64;  // one bit each
inline constexpr std::uint32_t kMessagesMax = 64;
inline constexpr std::size_t kMessageBytesMax = 512;  // three fields of integers

template <typename Rules>
class World final : private documents::LossSink {
 public:
  // Null: every promise was kept.  Otherwise the name of the one that was broken.
  const char* run(std::uint64_t seed);

 private:
  struct Operation {
    documents::Stamp stamp;
    documents::Stamp life;  // the last deletion its writer knew of
    std::size_t field = 0;
    bool is_deletion = false;
  };

  struct Replica {
    std::array<documents::Document, 2> rooms;  // the document, and room for its next version
    std::uint32_t room_index = 0;
    std::optional<documents::HybridClock> clock;
    documents::Stamp persisted;  // its reservation
    documents::Stamp last_issued;
    documents::Side side = documents::Side::local;
    std::int64_t clock_offset_ms = 0;
    bool clock_trusted = true;
    Mask reached = 0;
    Mask audited = 0;
    documents::Stamp known_grave;    // the last believable deletion it heard of, ever
    documents::Stamp counted_grave;  // the one whose acknowledgements are counted
    std::uint32_t acknowledged = 0;  // bit per replica
    std::int64_t acknowledged_at_ms = 0;

    documents::DocumentView view() const { return rooms[room_index].view(); }
    documents::Document& spare() { return rooms[1 - room_index]; }
    void take_spare() { room_index = 1 - room_index; }
  };

  struct Message {
    std::uint32_t sender = 0;
    std::int64_t sent_at_ms = 0;
    std::uint32_t size = 0;
    std::array<std::byte, kMessageBytesMax> bytes;
    std::span<const std::byte> span() const { return std::span{bytes}.first(size); }
  };

  void begin(std::uint64_t seed);
  void step();
  void finish();

  // Steps
  void pass_time();
  void write(std::uint32_t index);
  void remove(std::uint32_t index);
  void use_a_stamp_elsewhere(std::uint32_t index);
  void deliver_any(std::uint32_t index);
  void sync(std::uint32_t from, std::uint32_t to);
  void sync_all();
  void change_clock(std::uint32_t index);
  void reboot(std::uint32_t index);
  void forget(std::uint32_t index);

  // What they are made of
  UtcReading now_at(const Replica& replica) const;
  bool is_believable(const documents::Stamp& stamp) const;
  void set_clock(Replica& replica, std::int64_t offset_ms, bool trusted);
  documents::Stamp life_of(const Replica& replica) const;
  bool obtain_stamp(std::uint32_t index, documents::Stamp& stamp);
  void begin_anew(Replica& replica);
  void judge_stamp(Replica& replica, const documents::Stamp& stamp);
  void publish(std::uint32_t index, Status made);
  void receive(std::uint32_t index, std::span<const std::byte> bytes, std::uint32_t sender);
  void note_grave(std::uint32_t index, std::uint32_t sender, const documents::Stamp& grave);
  void lost(const documents::Loss& loss) override;
  void expect(bool kept, const char* promise);
  std::size_t pick(std::size_t count) { return static_cast<std::size_t>(random_.below(count)); }

  // Judging
  void judge(const Replica& replica);
  void judge_grouping();
  void judge_last_writes();

  Random random_{0};
  const char* broken_ = nullptr;
  std::int64_t now_ms_ = 0;
  const Climate* climate_ = nullptr;
  documents::Policy policy_ = documents::Policy::last_write;
  std::uint32_t replica_count_ = 0;
  std::uint32_t next_origin_ = 0;
  bool disbelieved_any_ = false;
  bool forgot_any_ = false;
  bool lost_a_grave_ = false;
  Replica* listening_ = nullptr;  // whose audit is being told; null: nobody's
  Mask told_ = 0;                 // in the merge under way
  std::array<Replica, kReplicasMax> replicas_;
  std::array<documents::Document, 4> scratch_;
  FixedVector<Operation, kOperationsMax> operations_;
  std::array<Message, kMessagesMax> messages_;
  std::uint32_t message_count_ = 0;
};

}  // namespace hf::histories
