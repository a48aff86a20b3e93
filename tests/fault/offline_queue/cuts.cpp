// Power cuts by the million, for ./tools/cuts: first every cut point of every scenario on every
// medium, then points drawn at random, every tenth on a medium that lies. One seed decides all.
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>

#include "tests/fault/offline_queue/queue_scenarios.h"

using namespace hf;
using namespace hf::test;

namespace {

struct Options {
  std::uint64_t count = 0;
  std::uint64_t seed = 1;
  bool shows_progress = false;
};

class Cuts {
 public:
  explicit Cuts(const Options& options) : options_(options), random_(options.seed) {}

  void run() {
    sweep_every_point();
    while (tally.cuts < options_.count) {
      const Scenario& scenario = kScenarios[random_.below(std::size(kScenarios))];
      const Medium& medium = kMedia[random_.below(std::size(kMedia))];
      // Far enough to reach the end of any of them; a cut that never comes is no cut.
      const std::uint64_t changes = random_.below(changes_most_ + 1);
      if (random_.chance(1, 10)) {
        cut_on_liar(scenario, medium, changes);
      } else {
        static_cast<void>(cut(scenario, medium, changes));
      }
    }
  }

  Tally tally;
  std::uint64_t found_on_lying_medium = 0;

 private:
  void sweep_every_point() {
    for (const Scenario& scenario : kScenarios) {
      for (const Medium& medium : kMedia) {
        std::uint64_t changes = 0;
        while (tally.cuts < options_.count && !cut(scenario, medium, changes)) ++changes;
        changes_most_ = std::max(changes_most_, changes);
      }
    }
  }

  // True: the script came to its end before the cut.
  bool cut(const Scenario& scenario, const Medium& medium, std::uint64_t changes) {
    const std::uint64_t seed = random_.next();
    QueueWork work(seed, medium.model);
    const bool completed = cut_and_again(work, scenario, changes);
    work.judge(tally, describe(scenario, medium, seed, changes));
    show();
    return completed;
  }

  bool cut_and_again(QueueWork& work, const Scenario& scenario, std::uint64_t changes) {
    work.on.supply.lose_after(changes);
    const bool completed = work.run(scenario.script);
    tally.cuts += completed ? 0 : 1;
    work.on.come_back();
    for (std::uint64_t again = random_.below(3); again > 0; --again) {
      work.on.supply.lose_after(random_.below(12));
      tally.cuts += work.run({}) ? 0 : 1;
      work.on.come_back();
    }
    return completed;
  }

  void cut_on_liar(const Scenario& scenario, const Medium& medium, std::uint64_t changes) {
    const std::uint64_t seed = random_.next();
    QueueWork work(seed, medium.model);
    sim::PlannedFault forgetting;
    constexpr sim::FlashCall kCalls[] = {sim::FlashCall::write, sim::FlashCall::sync,
                                         sim::FlashCall::sync_directory};
    forgetting.call = kCalls[random_.below(std::size(kCalls))];
    forgetting.fault = sim::Fault::forgotten;
    forgetting.after = random_.below(40);
    forgetting.times = 1 + random_.below(3);
    work.on.flash.plan(forgetting);
    static_cast<void>(cut_and_again(work, scenario, changes));
    work.on.flash.forget_plans();
    const std::uint64_t found =
        work.judge_on_liar(tally, describe(scenario, medium, seed, changes) + ", lying");
    found_on_lying_medium += found > 0 ? 1 : 0;
    show();
  }

  static std::string describe(const Scenario& scenario, const Medium& medium, std::uint64_t seed,
                              std::uint64_t changes) {
    return std::string(scenario.name) + " on " + medium.name + ", seed " + std::to_string(seed) +
           ", cut after " + std::to_string(changes);
  }

  void show() {
    constexpr std::uint64_t kWidth = 40;
    const std::uint64_t width = std::min(kWidth, tally.cuts * kWidth / options_.count);
    if (!options_.shows_progress || width == shown_) return;
    shown_ = width;
    std::fprintf(stderr, "\r\x1b[K  [%.*s%.*s] %llu cuts", static_cast<int>(width),
                 "########################################", static_cast<int>(kWidth - width),
                 "........................................",
                 static_cast<unsigned long long>(tally.cuts));
  }

  Options options_;
  Random random_;
  std::uint64_t changes_most_ = 0;
  std::uint64_t shown_ = 0;
};

bool read_number(const char* text, std::uint64_t& number) {
  const auto [end, error] = std::from_chars(text, text + std::strlen(text), number);
  return error == std::errc{} && *end == '\0';
}

bool read_options(int count, char** words, Options& options) {
  for (int at = 1; at < count; ++at) {
    const std::string word = words[at];
    if (word == "--progress") {
      options.shows_progress = true;
    } else if (word == "--count" && at + 1 < count) {
      if (!read_number(words[++at], options.count)) return false;
    } else if (word == "--seed" && at + 1 < count) {
      if (!read_number(words[++at], options.seed)) return false;
    } else {
      return false;
    }
  }
  return options.count > 0;
}

void print_json(const Cuts& cuts, double seconds_taken) {
  const auto number = [](std::uint64_t value) { return static_cast<unsigned long long>(value); };
  const Tally& tally = cuts.tally;
  std::printf(
      "{\"cuts\": %llu, \"lost\": %llu, \"corrupt\": %llu, \"duplicated\": %llu, "
      "\"untold\": %llu, \"unopened\": %llu, \"found_on_lying_medium\": %llu, "
      "\"seconds\": %.2f}\n",
      number(tally.cuts), number(tally.lost), number(tally.corrupt), number(tally.duplicated),
      number(tally.untold), number(tally.refused), number(cuts.found_on_lying_medium),
      seconds_taken);
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::fprintf(stderr, "usage: cuts --count N [--seed S] [--progress]\n");
    return 2;
  }
  const auto began = std::chrono::steady_clock::now();
  Cuts cuts(options);
  cuts.run();
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  if (options.shows_progress) std::fprintf(stderr, "\r\x1b[K");
  if (!cuts.tally.is_clean()) {
    std::fprintf(stderr, "first: %s; of --seed %llu\n", cuts.tally.first.c_str(),
                 static_cast<unsigned long long>(options.seed));
  }
  print_json(cuts, taken.count());
  return cuts.tally.is_clean() ? 0 : 1;
}
