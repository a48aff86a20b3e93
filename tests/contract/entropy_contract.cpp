// hal/entropy.h, clause by clause. That bytes cannot be foretold cannot be tested from outside:
// what can be seen is that they are all written and never repeat.
#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <array>
#include <set>

#include "tests/contract/board_under_test.h"

using namespace hf;

namespace {

using Draw = std::array<std::byte, 32>;

}  // namespace

TEST_GROUP(EntropyContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::Entropy& entropy() { return world->board().entropy; }
};

TEST(EntropyContract, clause_1_no_draw_repeats_an_earlier_one) {
  std::set<Draw> seen;
  for (int i = 0; i < 1000; ++i) {
    Draw draw{};
    CHECK(is_ok(entropy().fill(draw)));
    CHECK(seen.insert(draw).second);
  }
}

TEST(EntropyContract, clause_1_every_byte_is_drawn) {
  std::array<bool, 300> was_written{};
  for (int i = 0; i < 20; ++i) {  // a byte is zero by chance in all of them once in 256^20
    std::array<std::byte, 300> draw{};
    CHECK(is_ok(entropy().fill(draw)));
    for (std::size_t at = 0; at < draw.size(); ++at) {
      was_written[at] = was_written[at] || draw[at] != std::byte{0};
    }
  }
  CHECK(std::all_of(was_written.begin(), was_written.end(), [](bool was) { return was; }));
}

TEST(EntropyContract, clause_1_draws_differ_after_a_power_cut) {
  Draw before{};
  CHECK(is_ok(entropy().fill(before)));
  HF_NEEDS(world->cut_power());
  Draw after{};
  CHECK(is_ok(entropy().fill(after)));
  CHECK(before != after);
}

TEST(EntropyContract, clause_1_nothing_asked_is_ok) { CHECK(is_ok(entropy().fill({}))); }

TEST(EntropyContract, clause_2_an_empty_pool_is_busy_and_writes_nothing) {
  HF_NEEDS(world->empty_entropy_pool());
  Draw draw;
  draw.fill(std::byte{0x5A});
  CHECK(entropy().fill(draw) == Status::busy);
  CHECK(std::all_of(draw.begin(), draw.end(), [](std::byte b) { return b == std::byte{0x5A}; }));
}
