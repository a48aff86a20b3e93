// Text of at most N bytes, inside the object. Never allocates, never grows; always ends in '\0'.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>

#include "vocabulary/outcome.h"

namespace hf {

template <std::size_t N>
class FixedString {
  static_assert(N > 0 && N < 65536);

 public:
  constexpr FixedString() = default;

  // REQUIRES: text.size() <= N. For text from outside, use try_assign.
  constexpr void assign(std::string_view text) {
    HF_ASSERT(text.size() <= N);
    std::copy(text.begin(), text.end(), bytes_.begin());
    size_ = static_cast<std::uint16_t>(text.size());
    bytes_[size_] = '\0';
  }

  // ok: assigned.  full: longer than N; unchanged.
  constexpr Status try_assign(std::string_view text) {
    if (text.size() > N) return Status::full;
    assign(text);
    return Status::ok;
  }

  // ok: appended whole.  full: would not fit; unchanged.
  constexpr Status try_append(std::string_view text) {
    if (text.size() > N - size_) return Status::full;
    std::copy(text.begin(), text.end(), bytes_.begin() + size_);
    size_ = static_cast<std::uint16_t>(size_ + text.size());
    bytes_[size_] = '\0';
    return Status::ok;
  }

  constexpr void clear() { assign({}); }
  constexpr bool empty() const { return size_ == 0; }
  constexpr std::size_t size() const { return size_; }
  static constexpr std::size_t capacity() { return N; }
  constexpr std::string_view view() const { return {bytes_.data(), size_}; }
  constexpr const char* c_str() const { return bytes_.data(); }

  friend constexpr bool operator==(const FixedString& a, const FixedString& b) {
    return a.view() == b.view();
  }

 private:
  std::uint16_t size_ = 0;
  std::array<char, N + 1> bytes_{};
};

}  // namespace hf
