#include "files/database/arena.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cstring>
#include <vector>

#include "vocabulary/random.h"

using namespace hf;
using files::Arena;

namespace {

constexpr std::size_t kBytes = 64 * 1024;

struct Held {
  unsigned char* bytes = nullptr;
  std::size_t size = 0;
  unsigned char mark = 0;

  bool is_untouched() const {
    for (std::size_t at = 0; at < size; ++at) {
      if (bytes[at] != mark) return false;
    }
    return true;
  }
};

}  // namespace

TEST_GROUP(Arena) {
  alignas(8) std::array<std::byte, kBytes> memory{};
  Arena arena{memory};

  Held hold(std::size_t size, unsigned char mark) {
    auto* bytes = static_cast<unsigned char*>(arena.allocate(size));
    if (bytes != nullptr) std::memset(bytes, mark, size);
    return {bytes, size, mark};
  }
};

TEST(Arena, a_fresh_arena_is_one_block_nearly_as_large_as_the_memory) {
  CHECK(arena.is_sound());
  LONGS_EQUAL(0, arena.use().bytes_used);
  CHECK(arena.allocate(kBytes * 9 / 10) != nullptr);
}

TEST(Arena, blocks_are_aligned_and_at_most_a_sixteenth_larger_than_asked) {
  for (std::size_t size = 1; size < 8000; size += 7) {
    void* block = arena.allocate(size);
    CHECK(reinterpret_cast<std::uintptr_t>(block) % Arena::kAlignment == 0);
    CHECK(Arena::capacity(block) >= size);
    CHECK(Arena::capacity(block) <= size + size / 16 + 16);
    arena.release(block);
  }
}

TEST(Arena, what_is_refused_is_counted_and_changes_nothing) {
  CHECK(arena.allocate(kBytes) == nullptr);
  LONGS_EQUAL(1, arena.use().refusals);
  LONGS_EQUAL(0, arena.use().bytes_used);
  CHECK(arena.is_sound());
}

TEST(Arena, neighbours_are_joined_whatever_the_order_in_which_they_are_released) {
  const int orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
  for (const auto& order : orders) {
    void* blocks[3] = {arena.allocate(20000), arena.allocate(20000), arena.allocate(20000)};
    for (const int index : order) arena.release(blocks[index]);
    void* whole = arena.allocate(60000);
    CHECK(whole != nullptr);
    arena.release(whole);
  }
}

TEST(Arena, growing_in_place_keeps_the_block_where_it_is_while_there_is_room_behind_it) {
  void* block = arena.allocate(100);
  CHECK(arena.resize(block, 5000) == block);
  void* wall = arena.allocate(100);
  CHECK(arena.resize(block, 10000) != block);
  CHECK(wall != nullptr && arena.is_sound());
}

TEST(Arena, a_refused_resize_leaves_the_block_as_it_was) {
  Held held = hold(1000, 7);
  CHECK(arena.resize(held.bytes, kBytes * 2) == nullptr);
  CHECK(held.is_untouched());
}

TEST(Arena, a_planted_refusal_hits_the_nth_allocation_once_or_for_ever) {
  arena.fail_at(2);
  CHECK(arena.allocate(8) != nullptr);
  CHECK(arena.allocate(8) == nullptr);
  CHECK(arena.allocate(8) != nullptr);
  arena.fail_at(1, true);
  CHECK(arena.allocate(8) == nullptr);
  CHECK(arena.allocate(8) == nullptr);
  arena.fail_at(0);
  CHECK(arena.allocate(8) != nullptr);
}

TEST(Arena, writing_past_the_end_of_a_block_is_seen) {
  auto* block = static_cast<unsigned char*>(arena.allocate(64));
  CHECK(arena.allocate(64) != nullptr);
  CHECK(arena.is_sound());
  std::memset(block, 0xEE, 72);
  CHECK_FALSE(arena.is_sound());
}

TEST(Arena, a_hundred_thousand_random_calls_keep_every_byte_and_every_invariant) {
  Random random(4711);
  std::vector<Held> held;
  for (int call = 0; call < 100'000; ++call) {
    const auto size =
        static_cast<std::size_t>(1 + random.below(random.chance(1, 50) ? 20000 : 600));
    const std::uint64_t choice = random.below(10);
    if (choice < 5 || held.empty()) {
      const Held one = hold(size, static_cast<unsigned char>(call));
      if (one.bytes != nullptr) held.push_back(one);
    } else {
      Held& one = held[static_cast<std::size_t>(random.below(held.size()))];
      CHECK(one.is_untouched());
      if (choice < 7) {
        auto* moved = static_cast<unsigned char*>(arena.resize(one.bytes, size));
        if (moved == nullptr) continue;
        const Held start{moved, std::min(size, one.size), one.mark};
        CHECK(start.is_untouched());
        std::memset(moved, one.mark, size);
        one = {moved, size, one.mark};
      } else {
        arena.release(one.bytes);
        one = held.back();
        held.pop_back();
      }
    }
    if (call % 64 == 0) CHECK(arena.is_sound());
  }
  for (const Held& one : held) arena.release(one.bytes);
  CHECK(arena.is_sound());
  LONGS_EQUAL(0, arena.use().bytes_used);
  LONGS_EQUAL(0, arena.use().blocks);
}
