#include "wire/columns/symbol_reader.h"

namespace hf::wire {
namespace {

constexpr std::size_t kPrimedBytes = 4;  // taken before the first symbol

}  // namespace

SymbolReader::SymbolReader(std::span<const std::byte> bytes)
    : bytes_(bytes.data()), size_(bytes.size()) {
  for (std::size_t i = 0; i < kPrimedBytes; ++i) {
    code_ = code_ << 8 | (i < size_ ? std::to_integer<std::uint32_t>(bytes_[i]) : 0);
  }
  front_ = kPrimedBytes;
}

std::uint64_t SymbolReader::take_long_raw(unsigned count) {
  const std::uint64_t high = take_raw(count - 32);
  return high << 32 | take_raw(32);
}

std::uint64_t SymbolReader::raw_window_at_the_edge(std::size_t skipped) const {
  std::uint64_t window = 0;
  for (std::size_t i = 0; i < sizeof window; ++i) {
    const std::size_t at = skipped + i;  // from the back
    window =
        window << 8 | (at < size_ ? std::to_integer<std::uint64_t>(bytes_[size_ - 1 - at]) : 0);
  }
  return window;
}

std::uint32_t SymbolReader::front_bytes_at_the_edge() const {
  std::uint32_t next = 0;
  for (std::size_t i = 0; i < sizeof next; ++i) {
    const std::size_t at = front_ + i;
    next = next << 8 | (at < size_ ? std::to_integer<std::uint32_t>(bytes_[at]) : 0);
  }
  return next;
}

bool SymbolReader::overrun() const { return front_ - kPrimedBytes + (raw_used_ + 7) / 8 > size_; }

}  // namespace hf::wire
