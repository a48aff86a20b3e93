// Power goes in the middle of the n-th change to the medium, for every n, while things happen;
// after each cut the activity is opened, judged, and used on.
#include <CppUTest/TestHarness.h>

#include "tests/support/activity_on_sim.h"
#include "tests/support/swept_media.h"

using namespace hf;
using namespace hf::test;

namespace {

constexpr std::uint32_t kMost = 7;  // so that old entries are let go in most commits
constexpr int kRounds = 12;

std::string text_of(std::uint64_t number) { return "happened " + std::to_string(number); }

// Things happen, one to three in a commit. True: all is done, and so many are safe.
bool work(ActivityOnSim& site, std::uint64_t& noted, std::uint64_t& safe) {
  for (int round = 0; round < kRounds; ++round) {
    for (int i = 0; i <= round % 3; ++i) {
      site.note(stores::ActivityKind::edit, text_of(++noted));
    }
    site.pass(minutes(1));
    if (site.newest() != noted) return false;
    safe = noted;
    site.on.shelf->serve(site.on.now);
  }
  return true;
}

bool holds(ActivityOnSim& site, std::uint64_t noted, std::uint64_t safe) {
  const std::uint64_t newest = site.newest();
  bool good = newest >= safe && newest <= noted && site.check() == "sound";
  for (std::uint64_t number = site.activity->oldest(); number <= newest; ++number) {
    good = good && site.says(number) == text_of(number);
  }
  return good && newest < site.activity->oldest() + kMost;
}

bool cut_after(std::uint64_t changes, const Medium& media, std::string& first) {
  ActivityOnSim site(changes + 1, media.model);
  site.entries_most = kMost;
  std::uint64_t noted = 0;
  std::uint64_t safe = 0;
  site.on.supply.lose_after(changes);
  const bool completed = is_ok(site.start()) && work(site, noted, safe);
  site.on.come_back();
  bool good = is_ok(site.start()) && holds(site, noted, safe);
  noted = safe = site.newest();
  good = good && work(site, noted, safe) && holds(site, noted, safe);
  if (!good && first.empty()) {
    first = std::string(media.name) + ", cut after " + std::to_string(changes) +
            " changes: " + site.check();
  }
  return completed;
}

// One call fails, whatever was asked for. True: the work came to its end before that.
bool fail_after(std::uint64_t nth, sim::FlashCall call, const Medium& media, std::string& first) {
  ActivityOnSim site(nth + 1, media.model);
  site.entries_most = kMost;
  CHECK(is_ok(site.start()));
  site.on.flash.plan(test::fails_once(call, nth));
  std::uint64_t noted = 0;
  std::uint64_t safe = 0;
  const bool completed = work(site, noted, safe);
  site.on.flash.forget_plans();
  for (int minute = 0; minute < 10; ++minute) {
    site.on.shelf->serve(site.on.now);
    site.pass(minutes(1));
  }
  const bool good = site.newest() == noted && holds(site, noted, noted);
  if (!good && first.empty()) {
    first = std::string(media.name) + ", call " + std::to_string(nth) + " fails: " + site.check();
  }
  return completed;
}

}  // namespace

TEST_GROUP(ActivityPowerCut){};

TEST(ActivityPowerCut, every_cut_keeps_what_was_safe_whole_and_the_chain_sound) {
  std::string first;
  std::uint64_t cuts = 0;
  for (const Medium& media : swept_media()) {
    cuts +=
        test::sweep_places([&](std::uint64_t changes) { return cut_after(changes, media, first); });
  }
  STRCMP_EQUAL("", first.c_str());
  CHECK(cuts > 50 * swept_media().size());
}

TEST(ActivityPowerCut, every_call_that_fails_once_leaves_each_entry_once) {
  std::string first;
  for (const Medium& media : swept_media()) {
    for (const sim::FlashCall call : {sim::FlashCall::any, sim::FlashCall::sync}) {
      test::sweep_places([&](std::uint64_t nth) { return fail_after(nth, call, media, first); });
    }
  }
  STRCMP_EQUAL("", first.c_str());
}
