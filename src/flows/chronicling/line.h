// A sentence of the activity in the making: pieces one behind the other, cut where it is full.
#pragma once

#include <array>
#include <charconv>
#include <concepts>
#include <cstdint>
#include <string_view>

#include "config/limits/activity.h"
#include "vocabulary/fixed_string.h"

namespace hf::flows {

class Line {
 public:
  Line& add(std::string_view text) {
    static_cast<void>(is_ok(text_.try_append(text.substr(0, text_.capacity() - text_.size()))));
    return *this;
  }
  template <typename Number>
  requires std::integral<Number> || std::floating_point<Number> Line& add(Number number) {
    std::array<char, 32> digits{};
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number);
    return add({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
  }
  std::string_view view() const { return text_.view(); }

 private:
  FixedString<limits::kActivityWhatBytesMax> text_;
};

}  // namespace hf::flows
