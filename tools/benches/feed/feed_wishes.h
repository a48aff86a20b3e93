// What a benchmark is poured with, as its command line says: --data, --hours, --sensors, --seed.
#pragma once

#include <charconv>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tools/benches/feed/feed.h"

namespace hf::bench {

struct FeedWishes {
  std::vector<std::string> files;
  double hours = 24;
  std::uint32_t sensors = 100;
  std::uint64_t seed = 7;
  bool json = false;
};

// What one benchmark understands beside that.
struct OwnOption {
  std::string_view word;
  std::function<void(std::string_view value)> take;
  bool has_value = true;
};

inline constexpr double kHoursMost = 7 * 24;

// Ends the program with status 2 and a sentence.
[[noreturn]] void refuse(std::string_view word);

// A word that nobody knows, or a value out of bounds, ends the program.
FeedWishes read_wishes(int count, char** words, const std::vector<OwnOption>& own = {},
                       double hours_most = kHoursMost);

// The whole text, as a number of this type; anything else ends the program.
template <typename Number>
Number number_in(std::string_view text) {
  Number number{};
  const auto end = std::from_chars(text.data(), text.data() + text.size(), number);
  if (end.ec != std::errc{} || end.ptr != text.data() + text.size()) refuse(text);
  return number;
}

// Real readings, extended, or the generator's.
Feed feed_of(const FeedWishes& wishes);

}  // namespace hf::bench
