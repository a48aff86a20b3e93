#include "files/database/arena.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "vocabulary/assertion.h"

// INVARIANTS
//   1. Blocks follow one another without a hole; the last is an empty, used sentinel of 8 bytes.
//   2. No two neighbours are both free: free() joins them at once.
//   3. A block is on exactly one list when free, that of its class, and on none when used.
//   4. A bit in a map is set exactly when what it stands for is not empty.
// is_sound() checks all four.
namespace hf::files {

// Before every block. Sizes count the header and are multiples of 8, so bit 0 is free to say
// "free".
struct Arena::Header {
  std::uint32_t bytes_and_free;
  std::uint32_t bytes_before;  // size of the block in front; 0 for the first

  std::uint32_t bytes() const { return bytes_and_free & ~1U; }
  bool is_free() const { return (bytes_and_free & 1U) != 0; }
};

// In the body of a free block.
struct Arena::Links {
  Offset next;
  Offset before;
};

namespace {

constexpr std::size_t kHeaderBytes = 8;
constexpr std::size_t kBlockBytesLeast = 16;  // header and links
constexpr std::size_t kSmallBytesMax = 128;   // below: one class for every 8 bytes
constexpr std::uint32_t kSmallLog2 = 7;
constexpr std::size_t kMemoryBytesLeast = 1024;

constexpr std::size_t rounded_up(std::size_t bytes, std::size_t to) {
  return (bytes + to - 1) / to * to;
}

constexpr std::size_t block_bytes_for(std::size_t bytes) {
  return std::max(rounded_up(bytes, Arena::kAlignment) + kHeaderBytes, kBlockBytesLeast);
}

}  // namespace

Arena::Arena(std::span<std::byte> memory) : memory_(memory) {
  HF_ASSERT(memory.size() >= kMemoryBytesLeast && memory.size() <= kBytesMax);
  HF_ASSERT(reinterpret_cast<std::uintptr_t>(memory.data()) % kAlignment == 0);
  memory_ = memory.first(memory.size() / kAlignment * kAlignment);
  for (auto& row : lists_) row.fill(kNone);
  use_.bytes_total = memory_.size();

  const auto body = static_cast<std::uint32_t>(memory_.size() - kHeaderBytes);
  header(0) = {.bytes_and_free = body, .bytes_before = 0};
  header(body) = {.bytes_and_free = kHeaderBytes, .bytes_before = body};
  put_on_list(0);
}

Arena::Header& Arena::header(Offset at) const {
  return *static_cast<Header*>(static_cast<void*>(memory_.data() + at));
}

Arena::Links& Arena::links(Offset at) const {
  return *static_cast<Links*>(static_cast<void*>(memory_.data() + at + kHeaderBytes));
}

Arena::Offset Arena::offset_of(const void* block) const {
  const auto* bytes = static_cast<const std::byte*>(block);
  HF_ASSERT(bytes >= memory_.data() + kHeaderBytes && bytes < memory_.data() + memory_.size());
  return static_cast<Offset>(bytes - (memory_.data() + kHeaderBytes));
}

// Row 0 holds the small classes, 8 bytes apart; row f > 0 holds sizes from 2^(f+6) in 16 steps.
Arena::Class Arena::class_of(std::size_t bytes) {
  if (bytes < kSmallBytesMax) return {0, static_cast<std::uint32_t>(bytes / kAlignment)};
  const auto log2 = static_cast<std::uint32_t>(std::bit_width(bytes)) - 1;
  const auto second = static_cast<std::uint32_t>(bytes >> (log2 - kSecondBits)) - kSecondCount;
  return {log2 - kSmallLog2 + 1, second};
}

// The class above the one `bytes` falls into, unless `bytes` is the least of its own class: any
// block on its list fits, so no list is ever searched.
Arena::Class Arena::class_that_surely_fits(std::size_t bytes) {
  if (bytes < kSmallBytesMax) return class_of(bytes);
  const auto log2 = static_cast<std::uint32_t>(std::bit_width(bytes)) - 1;
  return class_of(bytes + (std::size_t{1} << (log2 - kSecondBits)) - 1);
}

Arena::Offset Arena::find(std::size_t bytes) const {
  const Class least = class_that_surely_fits(bytes);
  if (least.first >= kFirstCount) return kNone;
  std::uint32_t row = least.first;
  std::uint32_t fitting = second_map_[row] & (~0U << least.second);
  if (fitting == 0) {
    const std::uint32_t rows = first_map_ & ~((2U << row) - 1);
    if (rows == 0) return kNone;
    row = static_cast<std::uint32_t>(std::countr_zero(rows));
    fitting = second_map_[row];
  }
  return lists_[row][static_cast<std::uint32_t>(std::countr_zero(fitting))];
}

void Arena::put_on_list(Offset at) {
  header(at).bytes_and_free |= 1U;
  const Class in = class_of(header(at).bytes());
  Offset& head = lists_[in.first][in.second];
  links(at) = {.next = head, .before = kNone};
  if (head != kNone) links(head).before = at;
  head = at;
  second_map_[in.first] |= 1U << in.second;
  first_map_ |= 1U << in.first;
}

void Arena::take_off_list(Offset at) {
  const Class in = class_of(header(at).bytes());
  const Links out = links(at);
  if (out.next != kNone) links(out.next).before = out.before;
  if (out.before != kNone) {
    links(out.before).next = out.next;
  } else {
    lists_[in.first][in.second] = out.next;
    if (out.next == kNone) second_map_[in.first] &= ~(1U << in.second);
    if (second_map_[in.first] == 0) first_map_ &= ~(1U << in.first);
  }
  header(at).bytes_and_free &= ~1U;
}

// Cuts a used block down to `bytes`; what is left over is free again, joined with what follows it.
void Arena::split(Offset at, std::size_t bytes) {
  const std::size_t left_over = header(at).bytes() - bytes;
  if (left_over < kBlockBytesLeast) return;
  const auto rest = static_cast<Offset>(at + bytes);
  header(at).bytes_and_free = static_cast<std::uint32_t>(bytes);
  header(rest) = {.bytes_and_free = static_cast<std::uint32_t>(left_over),
                  .bytes_before = static_cast<std::uint32_t>(bytes)};
  header(static_cast<Offset>(rest + left_over)).bytes_before =
      static_cast<std::uint32_t>(left_over);
  give_back(rest);
}

// A used block becomes free and is joined with its free neighbours.
void Arena::give_back(Offset at) {
  const Offset after = at + header(at).bytes();
  if (header(after).is_free()) {
    take_off_list(after);
    header(at).bytes_and_free += header(after).bytes();
  }
  if (const std::uint32_t before = header(at).bytes_before;
      before != 0 && header(at - before).is_free()) {
    take_off_list(at - before);
    header(at - before).bytes_and_free += header(at).bytes();
    at -= before;
  }
  header(at + header(at).bytes()).bytes_before = header(at).bytes();
  put_on_list(at);
}

// Every call that may need more memory begins here. True: refused by a test.
bool Arena::begin_allocation() {
  ++use_.allocations;
  if (fail_in_ == 0) return false;
  if (fail_in_ > 1) {
    --fail_in_;
    return false;
  }
  if (!fail_sticky_) fail_in_ = 0;
  ++use_.refusals;
  return true;
}

void Arena::count_used(std::size_t before, std::size_t after) {
  use_.bytes_used += after - before;
  use_.bytes_peak = std::max(use_.bytes_peak, use_.bytes_used);
}

void* Arena::take(std::size_t bytes) {
  const Offset at = bytes > kBytesMax / 2 ? kNone : find(block_bytes_for(bytes));
  if (at == kNone) {
    ++use_.refusals;
    return nullptr;
  }
  take_off_list(at);
  split(at, block_bytes_for(bytes));
  ++use_.blocks;
  count_used(0, header(at).bytes());
  return memory_.data() + at + kHeaderBytes;
}

void* Arena::allocate(std::size_t bytes) { return begin_allocation() ? nullptr : take(bytes); }

void Arena::release(void* block) {
  if (block == nullptr) return;
  const Offset at = offset_of(block);
  HF_ASSERT(!header(at).is_free());
  --use_.blocks;
  count_used(header(at).bytes(), 0);
  give_back(at);
}

// Makes a used block at least `wanted` long if it is, or if what follows it is free. False: it
// stays.
bool Arena::stretch(Offset at, std::size_t wanted) {
  const std::size_t before = header(at).bytes();
  const auto after = static_cast<Offset>(at + before);
  if (wanted > before) {
    const std::size_t reach = before + (header(after).is_free() ? header(after).bytes() : 0);
    if (wanted > reach) return false;
    take_off_list(after);
    header(at).bytes_and_free = static_cast<std::uint32_t>(reach);
    header(static_cast<Offset>(at + reach)).bytes_before = static_cast<std::uint32_t>(reach);
  }
  split(at, wanted);
  count_used(before, header(at).bytes());
  return true;
}

void* Arena::resize(void* block, std::size_t bytes) {
  const Offset at = offset_of(block);
  if (bytes > kBytesMax / 2) {
    ++use_.refusals;
    return nullptr;
  }
  const std::size_t wanted = block_bytes_for(bytes);
  const std::size_t before = header(at).bytes();
  if (wanted > before && begin_allocation()) return nullptr;
  if (stretch(at, wanted)) return block;
  void* moved = take(bytes);
  if (moved == nullptr) return nullptr;
  std::memcpy(moved, block, before - kHeaderBytes);
  release(block);
  return moved;
}

std::size_t Arena::rounded(std::size_t bytes) { return block_bytes_for(bytes) - kHeaderBytes; }

std::size_t Arena::capacity(const void* block) {
  const void* at = static_cast<const std::byte*>(block) - kHeaderBytes;
  return static_cast<const Header*>(at)->bytes() - kHeaderBytes;
}

void Arena::fail_at(std::uint64_t nth, bool sticky) {
  fail_in_ = nth;
  fail_sticky_ = sticky;
}

bool Arena::is_sound() const {
  std::uint32_t free_blocks = 0;
  std::uint32_t before = 0;
  bool before_is_free = false;
  Offset at = 0;
  while (at + kHeaderBytes < memory_.size()) {
    const Header& here = header(at);
    const bool fits = here.bytes() >= kBlockBytesLeast && at + here.bytes() < memory_.size();
    if (!fits || here.bytes_before != before || (here.is_free() && before_is_free)) return false;
    free_blocks += here.is_free() ? 1U : 0U;
    before = here.bytes();
    before_is_free = here.is_free();
    at += here.bytes();
  }
  for (std::uint32_t row = 0; row < kFirstCount; ++row) {
    if (((first_map_ >> row) & 1U) != (second_map_[row] != 0 ? 1U : 0U)) return false;
    for (std::uint32_t list = 0; list < kSecondCount; ++list) {
      const Offset head = lists_[row][list];
      if (((second_map_[row] >> list) & 1U) != (head != kNone ? 1U : 0U)) return false;
      for (Offset block = head; block != kNone; block = links(block).next) {
        const Class in = class_of(header(block).bytes());
        if (!header(block).is_free() || in.first != row || in.second != list) return false;
        if (free_blocks-- == 0) return false;
      }
    }
  }
  return free_blocks == 0 && header(at).bytes_before == before;
}

}  // namespace hf::files
