// Power goes in the middle of the n-th change to the medium, for every n, while packages come in
// pieces and go; and the n-th call to the medium fails, for every n.
#include <CppUTest/TestHarness.h>

#include "tests/support/models_on_sim.h"
#include "tests/support/swept_media.h"

using namespace hf;
using namespace hf::test;

namespace {

constexpr std::uint32_t kPieceBytes = 150;  // two or three pieces each

std::string package(const std::string& name, const std::string& version) {
  return packed(body_of(rule_text(R"("limit":"$hot","text":")" + std::string(200, 'x') + '"'), name,
                        version));
}

// What was answered, and what was being done when the power went.
class Work {
 public:
  explicit Work(ModelsOnSim& site) : site_(site) {}

  // Works from where it was. False: something failed.
  bool run() {
    while (step_ < std::size(kSteps)) {
      if (!run_one(kSteps[step_])) return false;
      ++step_;
    }
    return true;
  }

  // Whether what is there is what was answered: MO1, MO4.
  bool holds() {
    hoped_ = step_ < std::size(kSteps) ? kSteps[step_].leaves : safe();
    const std::string found = site_.list();
    bool good = found == safe() || found == hoped_;
    for (state::ItemKey key; is_ok(site_.models->next(key));) {
      good = good && site_.open(stores::name_of_package(key.view()),
                                stores::version_of_package(key.view())) == "ok";
    }
    // It may have come whole, and the answer been lost: then all of it is there.
    if (good && acked_ > 0 && found == safe()) {
      const Status asked = site_.piece(package(kSteps[step_].name, kSteps[step_].version), 0, 0);
      good = is_ok(asked) && site_.arrived.bytes_here >= acked_;
    }
    return good;
  }

 private:
  struct Step {
    bool uploads;
    const char* name;
    const char* version;
    const char* leaves;
  };
  static constexpr Step kSteps[] = {
      {true, "pumps", "1", "pumps.1"},
      {true, "fans", "1", "fans.1 pumps.1"},
      {false, "pumps", "1", "fans.1"},
      {true, "pumps", "2", "fans.1 pumps.2"},
      {true, "pumps", "3", "fans.1 pumps.2 pumps.3"},
      {false, "fans", "1", "pumps.2 pumps.3"},
  };

  std::string safe() const { return step_ == 0 ? "" : kSteps[step_ - 1].leaves; }

  bool run_one(const Step& step) {
    acked_ = 0;
    if (!step.uploads) return is_ok(site_.models->remove(step.name, step.version));
    const std::string file = package(step.name, step.version);
    Status status = site_.piece(file, 0, 0);
    for (std::size_t sent = 0; is_ok(status) && !site_.arrived.is_whole; ++sent) {
      if (sent > file.size()) return false;  // it does not come on
      acked_ = site_.arrived.bytes_here;
      status = site_.piece(file, acked_, kPieceBytes);
    }
    if (is_ok(status)) acked_ = 0;
    return is_ok(status);
  }

  ModelsOnSim& site_;
  std::size_t step_ = 0;
  std::uint32_t acked_ = 0;
  std::string hoped_;
};

bool cut_after(std::uint64_t changes, const Medium& media, std::string& first) {
  ModelsOnSim site(changes + 1, media.model);
  Work work(site);
  site.on.supply.lose_after(changes);
  const bool completed = is_ok(site.start()) && work.run();
  site.on.come_back();
  const bool good = is_ok(site.start()) && work.holds() && work.run() &&
                    site.list() == "pumps.2 pumps.3" &&
                    site.list(stores::Models::kArriving).empty();
  if (!good && first.empty()) {
    first = std::string(media.name) + ", cut after " + std::to_string(changes) +
            " changes: " + site.list();
  }
  return completed;
}

}  // namespace

TEST_GROUP(ModelsPowerCut){};

TEST(ModelsPowerCut, MO1_MO4_every_cut_leaves_packages_whole_and_pieces_that_were_answered) {
  std::string first;
  std::uint64_t cuts = 0;
  for (const Medium& media : swept_media()) {
    cuts +=
        test::sweep_places([&](std::uint64_t changes) { return cut_after(changes, media, first); });
  }
  STRCMP_EQUAL("", first.c_str());
  CHECK(cuts > 50 * swept_media().size());
}

TEST(ModelsPowerCut, every_call_that_fails_once_is_done_when_it_is_asked_again) {
  for (const sim::FlashCall call : {sim::FlashCall::any, sim::FlashCall::sync}) {
    test::sweep_places([&](std::uint64_t nth) {
      ModelsOnSim site(nth + 1);
      CHECK(is_ok(site.start()));
      site.on.flash.plan(test::fails_once(call, nth));
      Work work(site);
      const bool completed = work.run();
      site.on.flash.forget_plans();
      site.on.now = site.on.now + minutes(10);
      site.on.shelf->serve(site.on.now);
      const std::string at = "call " + std::to_string(nth) + " fails: " + site.list();
      CHECK_TEXT(work.holds() && work.run(), at.c_str());
      STRCMP_EQUAL_TEXT("pumps.2 pumps.3", site.list().c_str(), at.c_str());
      return completed;
    });
  }
}
