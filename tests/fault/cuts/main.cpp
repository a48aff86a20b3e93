// The program behind ./tools/cuts, and behind the tests of that name: options, progress, figures.
#include <chrono>
#include <cstdio>
#include <cstring>
#include <optional>

#include "platform/console/words.h"
#include "tests/fault/cuts/cutting.h"
#include "tests/support/progress.h"

using namespace hf;
using namespace hf::test;

namespace {

using console::read_number;

constexpr const char* kUsage =
    "usage: cuts [--count N] [--seed S] [--only SCENARIO] [--run K] [--with-bug NAME] [--json]\n"
    "./tools/cuts --help says more\n";

struct Options {
  std::uint64_t count = 10'000;
  std::uint64_t seed = 1;
  std::optional<std::size_t> only;
  std::optional<std::uint64_t> run;
  const PlantedBug* bug = nullptr;
  bool is_json = false;
};

bool read_scenario(std::string_view name, std::optional<std::size_t>& only) {
  for (std::size_t index = 0; index < std::size(kScenarios); ++index) {
    if (name == kScenarios[index].name) only = index;
  }
  if (only) return true;
  std::fprintf(stderr, "there is no scenario of that name, only:");
  for (const Scenario& scenario : kScenarios) std::fprintf(stderr, " %s", scenario.name);
  std::fprintf(stderr, "\n");
  return false;
}

bool read_bug(std::string_view name, const PlantedBug*& bug) {
  bug = find_planted_bug(name);
  if (bug != nullptr) return true;
  std::fprintf(stderr, "there is no such bug to plant, only:\n");
  for (const PlantedBug& known : planted_bugs()) {
    std::fprintf(stderr, "  %-34s %s\n", known.name, known.sentence);
  }
  return false;
}

bool read_option(std::string_view option, const char* value, Options& options) {
  if (option == "--count") return read_number(value, options.count) && options.count > 0;
  if (option == "--seed") return read_number(value, options.seed);
  if (option == "--run") return read_number(value, options.run.emplace());
  if (option == "--only") return read_scenario(value, options.only);
  if (option == "--with-bug") return read_bug(value, options.bug);
  return false;
}

bool read_options(int count, char** words, Options& options) {
  for (int at = 1; at < count; ++at) {
    if (std::strcmp(words[at], "--json") == 0) {
      options.is_json = true;
    } else {
      if (at + 1 == count || !read_option(words[at], words[at + 1], options)) return false;
      ++at;
    }
  }
  return !options.run || options.only;  // runs are numbered within a scenario
}

// The life that is being lived, for whoever wants to see it again.
struct Here {
  const Options* options = nullptr;
  std::size_t scenario = 0;
  std::uint64_t number = 0;
} here;

void tell_how_to_see_it_again() {
  const Options& options = *here.options;
  std::fprintf(stderr, "again: ./tools/cuts --only %s --seed %llu --run %llu%s%s\n",
               kScenarios[here.scenario].name, static_cast<unsigned long long>(options.seed),
               static_cast<unsigned long long>(here.number),
               options.bug != nullptr ? " --with-bug " : "",
               options.bug != nullptr ? options.bug->name : "");
}

// One run of each scenario in turn, until there were enough cuts; or one alone.
Damage cut(const Options& options) {
  Cutting cutting(options.seed, options.bug);
  Progress progress(options.count, "cuts");
  bool all_is_well = true;
  const auto run = [&](std::size_t scenario, std::uint64_t number) {
    here = {&options, scenario, number};
    if (cutting.run(scenario, number) || !all_is_well) return;
    all_is_well = false;
    std::fprintf(stderr, "went wrong: %s\n", cutting.last_words().c_str());
    tell_how_to_see_it_again();
  };
  if (options.run) {
    run(*options.only, *options.run);
    return cutting.damage();
  }
  for (std::uint64_t number = 0; cutting.damage().cuts < options.count; ++number) {
    for (std::size_t scenario = 0; scenario < std::size(kScenarios); ++scenario) {
      if (options.only && *options.only != scenario) continue;
      if (cutting.damage().cuts >= options.count) break;
      run(scenario, number);
    }
    progress.show(cutting.damage().cuts);
  }
  return cutting.damage();
}

void print(const Options& options, const Damage& damage, double seconds_taken) {
  const std::pair<const char*, std::uint64_t> figures[] = {
      {"cuts", damage.cuts},
      {"lost", damage.lost},
      {"corrupt", damage.corrupt},
      {"duplicated", damage.duplicated},
      {"found_on_lying_medium", damage.found_on_lying_medium},
      {"seed", options.seed}};
  const bool is_json = options.is_json;
  const auto put = [is_json](const auto& figure) {
    std::printf(is_json ? "\"%s\": %llu, " : "  %-22s %10llu\n", figure.first,
                static_cast<unsigned long long>(figure.second));
  };
  std::printf("%s", is_json ? "{" : "");
  for (const auto& figure : figures) put(figure);
  std::printf(is_json ? "\"%s\": %.2f}\n" : "  %-22s %10.2f\n", "seconds", seconds_taken);
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::fprintf(stderr, "%s", kUsage);
    return 2;
  }
  here.options = &options;
  set_assertion_handler([](const FailedAssertion&) { tell_how_to_see_it_again(); });
  const auto began = std::chrono::steady_clock::now();
  const Damage damage = cut(options);
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  print(options, damage, taken.count());
  return damage.is_none() ? 0 : 1;
}
