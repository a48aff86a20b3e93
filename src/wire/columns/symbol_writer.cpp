#include "wire/columns/symbol_writer.h"

#include <bit>
#include <cstring>

#include "vocabulary/assertion.h"

namespace hf::wire {
namespace {

constexpr std::uint32_t kRangeAll = 0xFFFFFFFF;  // before the first symbol

}  // namespace

SymbolWriter::SymbolWriter(std::span<std::byte> out)
    : out_(out.data()),
      size_(static_cast<std::uint32_t>(out.size())),
      back_(static_cast<std::uint32_t>(out.size())) {}

// The sum ran over: one more in the bytes already written. It ends at the first that is not 255,
// and there is one, because the value of the whole stream is below 1.
void SymbolWriter::carry() {
  for (std::uint32_t at = front_; at-- > 0;) {
    const auto sum = std::to_integer<unsigned>(out_[at]) + 1;
    out_[at] = static_cast<std::byte>(sum);
    if (sum <= 0xFF) return;
  }
}

void SymbolWriter::put_long_raw(std::uint64_t bits, unsigned count) {
  put_raw(bits >> 32, count - 32);
  put_raw(bits & 0xFFFFFFFFU, 32);
}

// The fewest bytes such that whatever follows them, which is the back stream or a later symbol,
// the value stays within the range. Mostly one; more only where rounding up would run over.
std::uint32_t SymbolWriter::end_bytes() const {
  if (front_ == 0 && range_ == kRangeAll) return 0;
  const std::uint64_t end = std::uint64_t{low_} + range_;
  for (std::uint32_t count = 1; count < 4; ++count) {
    const std::uint64_t rest = kRangeAll >> (8 * count);
    const std::uint64_t first = (low_ + rest) & ~rest;
    if (first + rest < end && first <= kRangeAll) return count;
  }
  return 4;
}

void SymbolWriter::write_ends() {
  const std::uint32_t count = end_bytes();
  const std::uint64_t rest = std::uint64_t{kRangeAll} >> (8 * count);
  const std::uint64_t value = (low_ + rest) & ~rest;
  for (std::uint32_t i = 0; i < count; ++i) {
    out_[front_ + i] = static_cast<std::byte>(value >> (24 - 8 * i));
  }
  if (raw_count_ > 0) out_[back_ - 1] = static_cast<std::byte>(raw_ << (8 - raw_count_));
}

std::uint32_t SymbolWriter::pack() {
  write_ends();
  front_ += end_bytes();
  back_ -= raw_count_ > 0 ? 1U : 0U;
  std::memmove(out_ + front_, out_ + back_, size_ - back_);
  return front_ + (size_ - back_);
}

void SymbolWriter::resize(std::uint32_t bytes) {
  const std::uint32_t back_bytes = size_ - back_;
  HF_ASSERT(front_ + back_bytes <= bytes);
  std::memmove(out_ + bytes - back_bytes, out_ + back_, back_bytes);
  size_ = bytes;
  back_ = bytes - back_bytes;
}

// Between two powers of two the logarithm is taken as a straight line: off by 0.09 bit at most.
std::uint64_t SymbolWriter::cost() const {
  const auto zeros = static_cast<std::uint32_t>(std::countl_zero(range_));
  const std::uint32_t used = (zeros + 1) * 256 - (range_ << zeros >> 23 & 0xFF);
  const std::uint64_t bytes = std::uint64_t{front_} + size_ - back_;
  return bytes * 8 * 256 + used + std::uint64_t{raw_count_} * 256;
}

SymbolWriter::Mark SymbolWriter::mark() const {
  return {*this, front_ > 0 ? out_[front_ - 1] : std::byte{0}};
}

// Whatever was put since, all of it together is less than one more in the last byte before it: so
// at most one carry has gone past, and is taken back.
void SymbolWriter::rewind(const Mark& mark) {
  const std::uint32_t front = mark.writer.front_;
  if (front > 0 && out_[front - 1] != mark.last_front) {
    for (std::uint32_t at = front; at-- > 0;) {
      const auto digit = std::to_integer<unsigned>(out_[at]);
      out_[at] = static_cast<std::byte>(digit - 1);
      if (digit != 0) break;
    }
  }
  *this = mark.writer;
}

SymbolWriter SymbolWriter::rehearsal(std::span<std::byte> scratch) const {
  SymbolWriter copy = *this;
  copy.out_ = scratch.data();
  copy.size_ = copy.back_ = static_cast<std::uint32_t>(scratch.size());
  copy.front_ = kRehearsalMargin;
  std::memset(scratch.data(), 0, kRehearsalMargin);  // a carry ends here
  return copy;
}

bool SymbolWriter::has_room_for(const SymbolWriter& rehearsed) const {
  const std::uint32_t ends = rehearsed.end_bytes() + (rehearsed.raw_count_ > 0 ? 1U : 0U);
  const std::uint32_t more =
      rehearsed.front_ - kRehearsalMargin + rehearsed.size_ - rehearsed.back_;
  return front_ + more + ends <= back_;
}

}  // namespace hf::wire
