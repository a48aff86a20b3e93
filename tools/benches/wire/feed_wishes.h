// What a benchmark is poured with, as its command line says: --data, --hours, --sensors, --seed.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "tools/benches/telemetry/feed.h"

namespace hf::bench {

struct FeedWishes {
  std::vector<std::string> files;
  double hours = 1;
  std::uint32_t sensors = 100;
  std::uint64_t seed = 7;
  bool json = false;
};

// Ends the program with status 2 and a sentence.
[[noreturn]] void refuse(std::string_view word);

// `take_more(word, value)` is asked about words that are not of a feed; false: it does not know it
// either, and the program ends.
FeedWishes read_wishes(
    int count, char** words,
    const std::function<bool(std::string_view word, std::string_view value)>& take_more);

double number_in(std::string_view text);

// Real readings, extended, or the generator's.
Feed feed_of(const FeedWishes& wishes);

}  // namespace hf::bench
