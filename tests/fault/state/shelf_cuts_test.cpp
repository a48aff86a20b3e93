// Power goes in the middle of the n-th change to the medium, for every n, while items and records
// are put on the shelf, in batches and alone. After each cut the shelf is opened (that is cut too),
// judged, and used on.
#include <CppUTest/TestHarness.h>

#include <map>
#include <string>

#include "tests/support/shelf_on_sim.h"
#include "tests/support/swept_media.h"

using namespace hf;
using namespace hf::test;

namespace {

constexpr std::uint8_t kRing = 1;
constexpr std::uint32_t kRingMost = 5;

// All that stands on a shelf, as a test remembers it.
struct Contents {
  std::map<std::string, std::string> items;
  std::uint64_t newest = 0;
  friend bool operator==(const Contents&, const Contents&) = default;
};

std::string text_of_number(std::uint64_t number) {
  return "text " + std::to_string(number) + std::string(number * 131 % 900, '.');
}

class Work {
 public:
  explicit Work(ShelfOnSim& on) : on_(on) {}

  // Works until something fails. True: all is done.
  bool run(int steps) {
    for (int step = 0; step < steps; ++step) {
      hoped_ = safe_;
      const bool done = step % 3 == 0 ? batch() : step % 3 == 1 ? alone() : erase();
      if (!done) return false;
      safe_ = hoped_;
      if (step % 4 == 3) on_.shelf->serve(on_.now);
    }
    return true;
  }

  // Whether what is found is what was promised, or what was being done.
  bool holds() {
    const Contents found = look();
    const bool good = found == safe_ || found == hoped_;
    safe_ = hoped_ = found;
    return good;
  }

 private:
  bool put(const std::string& key) {
    const std::string text = text_of_number(++serial_);
    hoped_.items[key] = text;
    return is_ok(on_.put(key, text));
  }
  bool append() {
    ++hoped_.newest;
    const auto number =
        on_.shelf->append(kRing, bytes_of("record " + std::to_string(hoped_.newest)), kRingMost);
    return number.ok() && number.value() == hoped_.newest;
  }
  bool alone() { return put("pump-" + std::to_string(serial_ % 4)); }
  bool batch() {
    state::Batch batch(*on_.shelf);
    return is_ok(batch.begin()) && put("pump-1") && put("pump-" + std::to_string(serial_ % 4)) &&
           append() && is_ok(batch.commit());
  }
  bool erase() {
    hoped_.items.erase("pump-2");
    return is_ok(on_.shelf->erase("equipment", "pump-2"));
  }

  Contents look() {
    Contents found;
    for (state::ItemKey key; is_ok(on_.shelf->next("equipment", key));) {
      found.items[std::string(key.view())] = on_.get(key.view());
    }
    found.newest = on_.shelf->newest(kRing).value_or(0);
    const std::uint64_t oldest = on_.shelf->oldest(kRing).value_or(1);
    bool good = found.newest < oldest + kRingMost;
    for (std::uint64_t number = oldest; good && number <= found.newest; ++number) {
      good = on_.read(kRing, number) == "record " + std::to_string(number);
    }
    if (!good) found.newest = UINT64_MAX;
    return found;
  }

  ShelfOnSim& on_;
  Contents safe_;
  Contents hoped_;
  std::uint64_t serial_ = 0;
};

struct Tally {
  int cuts = 0;
  std::string first;  // what went wrong first
};

// True: the work came to its end before the cut.
bool cut_after(std::uint64_t changes, const Medium& media, std::uint64_t seed,
               sim::FlashCall forgets, Tally& tally) {
  ShelfOnSim on(seed * 1'000'003 + changes, media.model);
  if (forgets != sim::FlashCall::any) {
    sim::PlannedFault forgetting;
    forgetting.call = forgets;
    forgetting.fault = sim::Fault::forgotten;
    forgetting.times = sim::kForEver;
    on.flash.plan(forgetting);
  }
  Work work(on);
  on.supply.lose_after(changes);
  const bool completed = is_ok(on.start()) && work.run(24);
  on.come_back();
  if (seed % 2 == 0) {
    on.supply.lose_after(changes % 7);
    static_cast<void>(is_ok(on.start()));
    on.come_back();
  }
  ++tally.cuts;
  const bool good = is_ok(on.start()) && on.shelf->counts().files_set_aside == 0 && work.holds() &&
                    work.run(6) && work.holds();
  if (!good && tally.first.empty()) {
    tally.first = std::string(media.name) + ", seed " + std::to_string(seed) + ", cut after " +
                  std::to_string(changes) + " changes";
  }
  return completed;
}

Tally sweep(sim::FlashCall forgets = sim::FlashCall::any) {
  Tally tally;
  for (const Medium& media : swept_media()) {
    for (std::uint64_t seed = 1; seed <= 2; ++seed) {
      test::sweep_places(
          [&](std::uint64_t changes) { return cut_after(changes, media, seed, forgets, tally); });
    }
  }
  return tally;
}

}  // namespace

TEST_GROUP(ShelfPowerCut){};

TEST(ShelfPowerCut, every_cut_keeps_what_was_safe_and_batches_whole) {
  const Tally tally = sweep();
  STRCMP_EQUAL("", tally.first.c_str());
  CHECK(tally.cuts > 150 * std::ssize(swept_media()));
}

TEST(ShelfPowerCut, planted_syncs_left_out_are_caught) {
  CHECK_FALSE(sweep(sim::FlashCall::sync).first.empty());
}

TEST(ShelfPowerCut, every_call_that_fails_leaves_what_was_safe) {
  test::sweep_places([](std::uint64_t nth) {
    ShelfOnSim on(nth + 1);
    Work work(on);
    CHECK(is_ok(on.start()));
    on.flash.plan(test::fails_once(sim::FlashCall::any, nth));
    const bool completed = work.run(24);
    on.flash.forget_plans();
    on.now = on.now + minutes(10);
    on.shelf->serve(on.now);
    CHECK(on.shelf->is_open());
    CHECK_TEXT(work.holds(), ("lost when call " + std::to_string(nth) + " fails").c_str());
    CHECK(work.run(6));
    return completed;
  });
}
