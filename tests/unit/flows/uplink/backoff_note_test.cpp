#include "flows/uplink/backoff_note.h"

#include <CppUTest/TestHarness.h>

#include "platform/sim/board.h"

using namespace hf;
using namespace hf::flows::uplink;

namespace {

constexpr std::uint64_t kSeed = 30;

}  // namespace

TEST_GROUP(BackoffNote) {
  sim::Board board{kSeed};

  std::uint32_t after_a_cut() {
    board.cut_power();
    board.power_on();
    return BackoffNote(board.flash).load().failures;
  }
};

TEST(BackoffNote, how_often_connecting_failed_is_known_after_a_power_cut) {
  UNSIGNED_LONGS_EQUAL(0, after_a_cut());
  BackoffNote note(board.flash);
  note.keep({.failures = 3});
  UNSIGNED_LONGS_EQUAL(3, after_a_cut());
  BackoffNote again(board.flash);
  static_cast<void>(again.load());
  again.keep({.failures = 0});
  UNSIGNED_LONGS_EQUAL(0, after_a_cut());
}

TEST(BackoffNote, a_long_outage_costs_few_writes) {
  BackoffNote note(board.flash);
  for (std::uint32_t failures = 1; failures <= 2000; ++failures) {
    note.keep({.failures = failures});
  }
  CHECK(board.flash.counters().writes <= BackoffNote::kFailuresMost);
  UNSIGNED_LONGS_EQUAL(BackoffNote::kFailuresMost, after_a_cut());
}

TEST(BackoffNote, without_a_medium_it_begins_anew) {
  BackoffNote note(board.flash);
  board.flash.set_state(hal::MediumState::missing);
  note.keep({.failures = 3});
  board.flash.set_state(hal::MediumState::writable);
  UNSIGNED_LONGS_EQUAL(0, after_a_cut());
}
