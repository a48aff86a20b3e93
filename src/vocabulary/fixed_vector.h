// At most N elements, inside the object. Never allocates, never grows.
//
// Elements are trivially copyable: that keeps every operation infallible and every copy a memcpy,
// and everything we keep in one is a plain record.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

#include "vocabulary/outcome.h"

namespace hf {

template <typename T, std::size_t N>
class FixedVector {
  static_assert(N > 0 && std::is_trivially_copyable_v<T>);

 public:
  // ok: added at the end.  full: N elements already; unchanged.
  constexpr Status try_push(const T& element) {
    if (full()) return Status::full;
    elements_[size_++] = element;
    return Status::ok;
  }

  // REQUIRES: !full().
  constexpr void push(const T& element) {
    HF_ASSERT(!full());
    elements_[size_++] = element;
  }

  // Keeps the order of the others. O(size). REQUIRES: index < size().
  constexpr void erase(std::size_t index) {
    HF_ASSERT(index < size_);
    std::copy(begin() + index + 1, end(), begin() + index);
    --size_;
  }

  constexpr void clear() { size_ = 0; }
  constexpr std::size_t size() const { return size_; }
  static constexpr std::size_t capacity() { return N; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr bool full() const { return size_ == N; }

  // REQUIRES: index < size().
  constexpr T& operator[](std::size_t index) {
    HF_ASSERT(index < size_);
    return elements_[index];
  }
  constexpr const T& operator[](std::size_t index) const {
    HF_ASSERT(index < size_);
    return elements_[index];
  }

  constexpr T* begin() { return elements_.data(); }
  constexpr T* end() { return elements_.data() + size_; }
  constexpr const T* begin() const { return elements_.data(); }
  constexpr const T* end() const { return elements_.data() + size_; }
  constexpr std::span<T> span() { return {elements_.data(), size_}; }
  constexpr std::span<const T> span() const { return {elements_.data(), size_}; }

 private:
  std::size_t size_ = 0;
  std::array<T, N> elements_{};
};

}  // namespace hf
