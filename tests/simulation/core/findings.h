// What the checkers found: for each promise how often it was broken, and the first words about it.
#pragma once

#include <array>
#include <cstdint>
#include <string>

#include "vocabulary/time.h"

namespace hf::simulation {

enum class Promise : std::uint8_t {
  durability,
  uniqueness,
  soundness,
  order,
  honest_gaps,
  accounts,
  limits,
  liveness,
  live_first,
  time_healed,
  no_lock_out,
  convergence,
};
inline constexpr std::size_t kPromiseCount = 12;

constexpr const char* name_of(Promise promise) {
  constexpr const char* kNames[kPromiseCount] = {
      "durability", "uniqueness", "soundness",  "order",       "honest_gaps", "accounts",
      "limits",     "liveness",   "live_first", "time_healed", "no_lock_out", "convergence"};
  return kNames[static_cast<std::size_t>(promise)];
}

class Findings {
 public:
  void note(Promise promise, const std::string& words, std::uint64_t times = 1) {
    if (times == 0) return;
    std::uint64_t& count = counts_[static_cast<std::size_t>(promise)];
    if (count == 0) first_words_ += std::string(name_of(promise)) + ": " + words + "\n";
    count += times;
  }

  std::uint64_t count(Promise promise) const { return counts_[static_cast<std::size_t>(promise)]; }
  bool is_clean() const { return first_words_.empty(); }
  const std::string& first_words() const { return first_words_; }  // a line for each promise

 private:
  std::array<std::uint64_t, kPromiseCount> counts_{};
  std::string first_words_;
};

// "day 1 07:13:05.120", of virtual time.
std::string clock_face(Duration since_beginning);

}  // namespace hf::simulation
