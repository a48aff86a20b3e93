// The program behind ./tools/simulate, and behind the tests of that name: options, progress,
// figures.
#include <chrono>
#include <cstdio>
#include <cstring>

#include "lifecycle/heap_seal/heap_seal.h"
#include "platform/console/words.h"
#include "tests/simulation/core/world.h"
#include "tests/support/progress.h"

using namespace hf;
using namespace hf::simulation;

namespace {

using console::read_number;

constexpr const char* kUsage =
    "usage: simulate [--days D] [--seed S] [--seeds N] [--sensors N] [--calm|--rough]\n"
    "                [--dark] [--only INCIDENT]... [--twice] [--story] [--with-bug NAME] [--json]\n"
    "./tools/simulate --help says more\n";

struct Options {
  Course course;
  double days = 1;
  std::uint64_t seeds = 1;
  bool is_twice = false;
  bool is_json = false;
};

bool read_incident(std::string_view name, Course& course) {
  const IncidentKind* const kind = find_incident_kind(name);
  if (kind != nullptr) {
    course.only.push_back(kind);
    return true;
  }
  std::fprintf(stderr, "there is no such incident, only:");
  for (const IncidentKind& known : incident_kinds()) std::fprintf(stderr, " %s", known.name);
  std::fprintf(stderr, "\n");
  return false;
}

bool read_bug(std::string_view name, Course& course) {
  for (const PlantedBug& known : kPlantedBugs) {
    if (name == known.name) course.bug = known.bug;
  }
  if (course.bug != Bug::none) return true;
  std::fprintf(stderr, "there is no such bug to plant, only:\n");
  for (const PlantedBug& known : kPlantedBugs) {
    std::fprintf(stderr, "  %-22s %s\n", known.name, known.sentence);
  }
  return false;
}

bool read_option(std::string_view option, const char* value, Options& options) {
  Course& course = options.course;
  if (option == "--days") return read_number(value, options.days) && options.days > 0;
  if (option == "--seed") return read_number(value, course.seed);
  if (option == "--seeds") return read_number(value, options.seeds) && options.seeds > 0;
  if (option == "--sensors") {
    return read_number(value, course.sensors) && course.sensors > 0 &&
           course.sensors <= limits::kBoard.sensors_max;
  }
  if (option == "--only") return read_incident(value, course);
  if (option == "--with-bug") return read_bug(value, course);
  return false;
}

bool read_switch(std::string_view option, Options& options) {
  if (option == "--json") {
    options.is_json = true;
  } else if (option == "--twice") {
    options.is_twice = true;
  } else if (option == "--story") {
    options.course.is_told = true;
  } else if (option == "--calm") {
    options.course.weather = kCalm;
  } else if (option == "--rough") {
    options.course.weather = kRough;
  } else if (option == "--dark") {
    options.course.is_dark = true;
  } else {
    return false;
  }
  return true;
}

bool read_options(int count, char** words, Options& options) {
  for (int at = 1; at < count; ++at) {
    if (read_switch(words[at], options)) continue;
    if (at + 1 == count || !read_option(words[at], words[at + 1], options)) return false;
    ++at;
  }
  options.course.length =
      milliseconds(static_cast<std::int64_t>(options.days * static_cast<double>(days(1).ms)));
  return options.course.length > Duration{};
}

// The run that is on, for whoever wants to see it again.
const Options* here = nullptr;
std::uint64_t seed_here = 0;

void tell_how_to_see_it_again() {
  const Course& course = here->course;
  std::fprintf(stderr, "again: ./tools/simulate --days %g --seed %llu --sensors %u", here->days,
               static_cast<unsigned long long>(seed_here), unsigned{course.sensors});
  if (course.weather.name != kUsual.name) std::fprintf(stderr, " --%s", course.weather.name);
  if (course.is_dark) std::fprintf(stderr, " --dark");
  for (const IncidentKind* kind : course.only) std::fprintf(stderr, " --only %s", kind->name);
  for (const PlantedBug& known : kPlantedBugs) {
    if (known.bug == course.bug) std::fprintf(stderr, " --with-bug %s", known.name);
  }
  std::fprintf(stderr, "%s --story\n", here->is_twice ? " --twice" : "");
}

struct Sum {
  Outcome outcome;  // the counts of all runs; of the last its trace
  std::uint64_t broken[kPromiseCount] = {};
  std::uint64_t traces_that_differ = 0;
  std::uint64_t seed_that_failed = 0;
  bool has_failed = false;
};

void add(const Outcome& run, Sum& sum) {
  Outcome& all = sum.outcome;
  all.readings += run.readings;
  all.arrived += run.arrived;
  all.condensed += run.condensed;
  all.dropped += run.dropped;
  all.flooded += run.flooded;
  all.frames += run.frames;
  all.boots += run.boots;
  all.processes += run.processes;
  all.incidents += run.incidents;
  all.settings_written += run.settings_written;
  all.settings_taken += run.settings_taken;
  for (std::size_t i = 0; i < documents::kPlaces; ++i) all.written.edits[i] += run.written.edits[i];
  all.written.refused += run.written.refused;
  all.written.deletions += run.written.deletions;
  all.written.conflicts += run.written.conflicts;
  all.documents_merged += run.documents_merged;
  all.documents_alike += run.documents_alike;
  all.converged_after = std::max(all.converged_after, run.converged_after);
  all.steps += run.steps;
  all.flash_bytes_most = std::max(all.flash_bytes_most, run.flash_bytes_most);
  all.flash_bytes_written += run.flash_bytes_written;
  all.drained_after = std::max(all.drained_after, run.drained_after);
  all.trace = run.trace;
  for (std::size_t i = 0; i < kPromiseCount; ++i) {
    sum.broken[i] += run.findings.count(static_cast<Promise>(i));
  }
}

std::uint64_t milliseconds_before = 0;  // of the runs that are done
test::Progress* progress = nullptr;

void show_progress(Duration now) {
  if (progress == nullptr) return;
  const auto hours_done = milliseconds_before + static_cast<std::uint64_t>(now.ms);
  progress->show(hours_done / static_cast<std::uint64_t>(hours(1).ms));
}

Outcome run_once(const Course& course) {
  const auto world = std::make_unique<World>(course);
  return world->run();
}

void run_seed(const Options& options, std::uint64_t seed, Sum& sum) {
  seed_here = seed;
  Course course = options.course;
  course.seed = seed;
  course.progress = show_progress;
  const Outcome outcome = run_once(course);
  add(outcome, sum);
  const bool differs = options.is_twice && run_once(course).trace != outcome.trace;
  sum.traces_that_differ += differs ? 1 : 0;
  milliseconds_before += static_cast<std::uint64_t>(course.length.ms);
  if ((outcome.findings.is_clean() && !differs) || sum.has_failed) return;
  sum.has_failed = true;
  sum.seed_that_failed = seed;
  std::fprintf(stderr, "\nseed %llu went wrong:\n%s", static_cast<unsigned long long>(seed),
               outcome.findings.first_words().c_str());
  if (differs) std::fprintf(stderr, "determinism: a second run went another way\n");
  tell_how_to_see_it_again();
}

void print(const Options& options, const Sum& sum, double seconds_taken) {
  const Outcome& all = sum.outcome;
  std::vector<std::pair<const char*, std::uint64_t>> figures = {
      {"seed", options.course.seed},
      {"seeds", options.seeds},
      {"sensors", options.course.sensors},
      {"readings", all.readings},
      {"arrived", all.arrived},
      {"condensed", all.condensed},
      {"dropped", all.dropped},
      {"flooded", all.flooded},
      {"frames", all.frames},
      {"incidents", all.incidents},
      {"boots", all.boots},
      {"processes", all.processes},
      {"settings_written", all.settings_written},
      {"settings_taken", all.settings_taken},
      {"edits_at_site", all.written.edits[0]},
      {"edits_upstream", all.written.edits[1]},
      {"edits_refused", all.written.refused},
      {"deletions", all.written.deletions},
      {"conflicts", all.written.conflicts},
      {"documents_merged", all.documents_merged},
      {"documents_alike", all.documents_alike},
      {"converged_after_s", static_cast<std::uint64_t>(all.converged_after.ms / 1000)},
      {"steps", all.steps},
      {"flash_bytes_most", all.flash_bytes_most},
      {"flash_bytes_written", all.flash_bytes_written},
      {"drained_after_s", static_cast<std::uint64_t>(all.drained_after.ms / 1000)}};
  for (std::size_t i = 0; i < kPromiseCount; ++i) {
    figures.emplace_back(name_of(static_cast<Promise>(i)), sum.broken[i]);
  }
  figures.emplace_back("determinism", sum.traces_that_differ);
  const bool is_json = options.is_json;
  std::printf(is_json ? "{\"days\": %g, " : "  days                 %12g\n", options.days);
  for (const auto& [name, value] : figures) {
    std::printf(is_json ? "\"%s\": %llu, " : "  %-20s %12llu\n", name,
                static_cast<unsigned long long>(value));
  }
  std::printf(is_json ? "\"trace\": \"%016llx\", " : "  trace            %016llx\n",
              static_cast<unsigned long long>(all.trace));
  std::printf(is_json ? "\"seconds\": %.2f}\n" : "  seconds              %12.2f\n", seconds_taken);
}

}  // namespace

int main(int count, char** words) {
  Options options;
  if (!read_options(count, words, options)) {
    std::fprintf(stderr, "%s", kUsage);
    return 2;
  }
  here = &options;
  set_assertion_handler([](const FailedAssertion&) { tell_how_to_see_it_again(); });
  heap_seal::seal(heap_seal::OnAllocation::count);
  const heap_seal::Watching world(false);
  const auto began = std::chrono::steady_clock::now();
  Sum sum;
  {
    const double hours_in_all = options.days * 24 * static_cast<double>(options.seeds);
    test::Progress bar(std::max<std::uint64_t>(1, static_cast<std::uint64_t>(hours_in_all)),
                       "hours");
    progress = &bar;
    for (std::uint64_t i = 0; i < options.seeds; ++i) {
      run_seed(options, options.course.seed + i, sum);
    }
    progress = nullptr;
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - began;
  print(options, sum, taken.count());
  return sum.has_failed ? 1 : 0;
}
