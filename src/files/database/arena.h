// A fixed piece of memory from which SQLite allocates: two-level segregated fit (TLSF).
//
// Every call is O(1): two bit searches find a list of blocks that surely fit, neighbours are joined
// the moment one is freed. A block is at most 1/16 larger than asked. Power-of-two buddies, with
// their provable bound, were considered and refused: docs/decisions/0004.
//
// Running out is an outcome, not a fault: allocate() returns null and counts. Tests plant the same
// outcome at any allocation (fail_at), so every way through SQLite that ends here has been walked.
//
// Cost: 8 bytes a block; offsets of 32 bits instead of pointers, so that the layout, and with it
// every exhaustion, is the same on a 32-bit board and on a desk. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace hf::files {

struct ArenaUse {
  std::size_t bytes_total = 0;
  std::size_t bytes_used = 0;  // with headers; returns to its start when all is freed
  std::size_t bytes_peak = 0;
  std::uint32_t blocks = 0;
  std::uint64_t allocations = 0;  // since the start, refused ones included
  std::uint64_t refusals = 0;     // no block was large enough, or the refusal was planted
};

class Arena {
 public:
  static constexpr std::size_t kAlignment = 8;  // what SQLite asks for, on every board
  static constexpr std::size_t kBytesMax = std::size_t{1} << 30;

  // REQUIRES: memory is aligned to kAlignment, of 1 KiB to kBytesMax, and outlives the arena.
  explicit Arena(std::span<std::byte> memory);

  // Null: refused. The contents are not cleared.
  void* allocate(std::size_t bytes);

  // REQUIRES: `block` came from here and was not released since. Null is allowed.
  void release(void* block);

  // Keeps the contents up to the smaller size. Null: refused, `block` is unchanged.
  // REQUIRES: `block` came from here and is not null.
  void* resize(void* block, std::size_t bytes);

  // What a request of `bytes` really gets, and what a block really holds.
  static std::size_t rounded(std::size_t bytes);
  static std::size_t capacity(const void* block);

  const ArenaUse& use() const { return use_; }
  void forget_peak() { use_.bytes_peak = use_.bytes_used; }

  // Walks every block and every list. O(blocks); for tests. False: something wrote past its end.
  bool is_sound() const;

  // For tests: the n-th allocation from now on (1 is the next) is refused; with `sticky`, so are
  // all after it. Zero: none.
  void fail_at(std::uint64_t nth, bool sticky = false);

 private:
  using Offset = std::uint32_t;  // of a block header, in bytes from the start
  struct Header;
  struct Links;
  struct Class {
    std::uint32_t first;
    std::uint32_t second;
  };

  static constexpr std::uint32_t kSecondBits = 4;
  static constexpr std::uint32_t kSecondCount = 1U << kSecondBits;
  static constexpr std::uint32_t kFirstCount = 25;  // row 0: blocks below 2^7; the last: 2^30
  static constexpr Offset kNone = 0xFFFFFFFF;

  static Class class_of(std::size_t bytes);
  static Class class_that_surely_fits(std::size_t bytes);
  Header& header(Offset at) const;
  Links& links(Offset at) const;
  Offset offset_of(const void* block) const;
  Offset find(std::size_t bytes) const;
  void put_on_list(Offset at);
  void take_off_list(Offset at);
  void split(Offset at, std::size_t bytes);
  void give_back(Offset at);
  bool begin_allocation();
  void* take(std::size_t bytes);
  bool stretch(Offset at, std::size_t wanted);
  void count_used(std::size_t before, std::size_t after);

  std::span<std::byte> memory_;
  std::uint32_t first_map_ = 0;                          // bit f: second_map_[f] is not 0
  std::array<std::uint32_t, kFirstCount> second_map_{};  // bit s: lists_[f][s] is not empty
  std::array<std::array<Offset, kSecondCount>, kFirstCount> lists_{};
  ArenaUse use_;
  std::uint64_t fail_in_ = 0;
  bool fail_sticky_ = false;
};

}  // namespace hf::files
