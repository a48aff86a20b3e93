// Runs many histories and says how it went. tools/histories is how a person starts it.
//
//   histories COUNT SEED [json]
//
// Stops at the first broken promise and exits with 1. Seeds count up from SEED, so any history can
// be run again alone.
#include <chrono>
#include <cstdio>
#include <ctime>
#include <string_view>

#include "platform/console/words.h"
#include "tests/histories/bugs.h"
#include "tests/histories/world.h"

namespace {

struct Outcome {
  std::uint64_t count = 0;  // run, the broken one among them
  std::uint64_t seed = 0;   // of the last one
  const char* broken = nullptr;
  double seconds = 0;
  double core_seconds = 0;  // what this took of one core: others may have been at work
};

Outcome run(std::uint64_t count, std::uint64_t seed) {
  static hf::histories::World<hf::histories::AsPromised> world;
  Outcome outcome;
  const auto started = std::chrono::steady_clock::now();
  const std::clock_t core_started = std::clock();
  while (outcome.count < count && outcome.broken == nullptr) {
    outcome.seed = seed + outcome.count++;
    outcome.broken = world.run(outcome.seed);
  }
  outcome.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  outcome.core_seconds = static_cast<double>(std::clock() - core_started) / CLOCKS_PER_SEC;
  return outcome;
}

void print(const Outcome& outcome, bool json) {
  const auto count = static_cast<unsigned long long>(outcome.count);
  const auto seed = static_cast<unsigned long long>(outcome.seed);
  const double rate =
      outcome.core_seconds > 0 ? static_cast<double>(count) / outcome.core_seconds : 0;
  if (json) {
    std::printf(
        "{\"histories\":%llu,\"seconds\":%.3f,\"core_seconds\":%.3f,\"per_core_second\":%.0f,"
        "\"kept\":%s",
        count, outcome.seconds, outcome.core_seconds, rate,
        outcome.broken == nullptr ? "true" : "false");
    if (outcome.broken != nullptr)
      std::printf(",\"seed\":%llu,\"broken\":\"%s\"", seed, outcome.broken);
    std::printf("}\n");
    return;
  }
  std::printf("%llu histories in %.1f s, %.0f a second of one core: ", count, outcome.seconds,
              rate);
  if (outcome.broken == nullptr) {
    std::printf("every promise kept\n");
  } else {
    std::printf("BROKEN\n  %s\n  again: tools/histories --count 1 --seed %llu\n", outcome.broken,
                seed);
  }
}

}  // namespace

int main(int word_count, char** words) {
  std::uint64_t count = 0;
  std::uint64_t seed = 0;
  if (word_count < 3 || !hf::console::read_number(words[1], count) ||
      !hf::console::read_number(words[2], seed)) {
    std::fprintf(stderr, "usage: histories COUNT SEED [json]\n");
    return 2;
  }
  const Outcome outcome = run(count, seed);
  print(outcome, word_count > 3 && std::string_view(words[3]) == "json");
  return outcome.broken == nullptr ? 0 : 1;
}
