#include "stores/anchors/anchor_file.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <optional>

#include "platform/sim/board.h"

using namespace hf;
using namespace hf::stores;

namespace {

constexpr std::uint64_t kSeed = 65;
constexpr std::size_t kBoots = 4;
constexpr UtcTime kNoon{1'700'000'000'000};

Anchor synced(BootId boot, Uptime uptime, UtcTime utc) {
  return {.boot = boot,
          .uptime = uptime,
          .utc = utc,
          .error = milliseconds(10),
          .quality = TimeQuality::synced};
}

}  // namespace

TEST_GROUP(AnchorFile) {
  std::optional<sim::Board> world;
  std::array<AnchorSlot, kBoots + kAnchorSlotsToSpare> slots{};
  std::array<BootAnchors, kBoots> memory{};
  std::optional<AnchorFile> file;
  std::optional<Anchors> anchors;

  void setup() override { begin(kSeed); }
  void teardown() override { file.reset(); }

  // Another world, with an empty flash.
  void begin(std::uint64_t seed) {
    file.reset();
    world.emplace(seed);
    start();
  }
  sim::Board& board() { return *world; }

  // A new process, with empty memory.
  void start() {
    slots = {};
    file.emplace(board().flash, slots);
    anchors.emplace(memory);
    CHECK(is_ok(file->load(*anchors)));
  }
  void come_back_after_a_cut() {
    if (board().is_on()) board().cut_power();
    board().power_on();
    start();
  }
  void live(BootId boot, std::uint32_t anchor_count) {
    anchors->begin_boot(boot);
    for (std::uint32_t i = 0; i < anchor_count; ++i) add(boot, i);
  }
  void add(BootId boot, std::uint32_t index) {
    const Uptime at{hours(index).ms};
    CHECK(is_ok(
        anchors->add(synced(boot, at, kNoon + days(static_cast<int>(boot.value)) + hours(index)))));
  }
  Status save(BootId boot) {
    for (const BootAnchors& known : anchors->boots()) {
      if (known.boot == boot) return file->save(known);
    }
    return Status::not_found;
  }
  std::size_t anchors_of(BootId boot) const {
    for (const BootAnchors& known : anchors->boots()) {
      if (known.boot == boot) return known.count;
    }
    return 0;
  }
};

TEST(AnchorFile, begins_empty) {
  CHECK(anchors->boots().empty());
  UNSIGNED_LONGS_EQUAL(0, file->slots_damaged());
}

TEST(AnchorFile, AF1_what_was_saved_is_there_after_a_cut_oldest_boot_first) {
  for (std::uint64_t boot = 1; boot <= 3; ++boot) {
    live(BootId{boot}, static_cast<std::uint32_t>(boot));
    CHECK(is_ok(save(BootId{boot})));
    come_back_after_a_cut();
  }
  UNSIGNED_LONGS_EQUAL(3, anchors->boots().size());
  for (std::uint64_t boot = 1; boot <= 3; ++boot) {
    CHECK(anchors->boots()[boot - 1].boot == BootId{boot});
    UNSIGNED_LONGS_EQUAL(boot, anchors_of(BootId{boot}));
  }
  UtcSpan span;
  CHECK(is_ok(anchors->place(BootId{2}, Uptime{hours(1).ms}, span)));
  LONGLONGS_EQUAL((kNoon + days(2) + hours(1)).ms, span.likely.ms);
  CHECK(span.quality == TimeQuality::synced);
}

TEST(AnchorFile, AF1_a_boot_without_a_clock_is_kept_with_how_long_it_lived) {
  anchors->begin_boot(BootId{7});
  anchors->hear(BootId{7}, Uptime{hours(3).ms});
  CHECK(is_ok(save(BootId{7})));
  come_back_after_a_cut();
  UNSIGNED_LONGS_EQUAL(1, anchors->boots().size());
  LONGLONGS_EQUAL(hours(3).ms, anchors->boots()[0].last_heard.ms);
}

TEST(AnchorFile, AF1_the_newest_boots_stay_when_there_are_more_than_slots) {
  for (std::uint64_t boot = 1; boot <= 20; ++boot) {
    live(BootId{boot}, 1);
    CHECK(is_ok(save(BootId{boot})));
    CHECK(is_ok(save(BootId{boot})));  // an hour later
  }
  come_back_after_a_cut();
  UNSIGNED_LONGS_EQUAL(kBoots, anchors->boots().size());
  CHECK(anchors->boots().front().boot == BootId{17});
  CHECK(anchors->boots().back().boot == BootId{20});
}

TEST(AnchorFile, AF2_a_cut_at_any_change_loses_nothing_that_was_saved) {
  for (std::uint64_t changes = 0; changes < 40; ++changes) {
    begin(kSeed + changes);
    live(BootId{1}, 3);
    CHECK(is_ok(save(BootId{1})));
    std::uint32_t saved = 0;
    anchors->begin_boot(BootId{2});
    board().lose_power_after(changes);
    for (std::uint32_t i = 0; i < 12 && board().is_on(); ++i) {
      add(BootId{2}, i);
      if (is_ok(save(BootId{2})) && board().is_on()) saved = i + 1;
    }
    come_back_after_a_cut();
    UNSIGNED_LONGS_EQUAL(3, anchors_of(BootId{1}));
    CHECK(anchors_of(BootId{2}) >= saved);
  }
}

TEST(AnchorFile, AF3_a_damaged_slot_is_passed_over_and_used_again) {
  for (std::uint64_t boot = 1; boot <= 3; ++boot) {
    live(BootId{boot}, 1);
    CHECK(is_ok(save(BootId{boot})));
  }
  come_back_after_a_cut();
  {
    const auto handle = board().flash.open(kAnchorFileName, hal::OpenMode::existing);
    CHECK_FALSE(handle.ok());  // ours holds it
  }
  file.reset();
  board().restart_process();
  const auto handle = board().flash.open(kAnchorFileName, hal::OpenMode::existing);
  CHECK(handle.ok());
  const std::array<std::byte, 4> rot{std::byte{0xAA}};
  CHECK(is_ok(board().flash.write(handle.value(), kAnchorSlotBytes + 30, rot)));
  CHECK(is_ok(board().flash.close(handle.value())));
  start();
  UNSIGNED_LONGS_EQUAL(1, file->slots_damaged());
  UNSIGNED_LONGS_EQUAL(1, anchors_of(BootId{1}));
  UNSIGNED_LONGS_EQUAL(0, anchors_of(BootId{2}));
  UNSIGNED_LONGS_EQUAL(1, anchors_of(BootId{3}));
  live(BootId{4}, 2);
  CHECK(is_ok(save(BootId{4})));
  come_back_after_a_cut();
  UNSIGNED_LONGS_EQUAL(0, file->slots_damaged());
  UNSIGNED_LONGS_EQUAL(2, anchors_of(BootId{4}));
}
