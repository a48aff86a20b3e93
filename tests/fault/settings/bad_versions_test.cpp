// Bad versions of settings, by every road there is, on a simulated board: versions whose broker
// does not answer, that end the process soon after each start, that give themselves a day to be
// confirmed. Power goes at random, also in the middle of what is being saved. Each has to be
// refused, or left within the probation; afterwards the gateway must be heard, and take a good
// version.
#include <CppUTest/TestHarness.h>

#include <optional>
#include <string>

#include "stores/settings/reading.h"
#include "stores/settings/settings.h"
#include "stores/settings/shelf_archive.h"
#include "tests/support/shelf_on_sim.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores;
using namespace hf::test;
using settings::at;

namespace {

constexpr std::uint64_t kSeeds = 500;
constexpr Duration kProbation = minutes(10);
constexpr Duration kReceiptAfter = seconds(30);  // a batch, and what it takes to be answered
constexpr Duration kPoison = seconds(77);        // a window that ends the process: a bug of ours

constexpr auto kWindow = at("durability.window");
constexpr auto kBroker = at("uplink.broker");
constexpr auto kTenant = at("uplink.tenant");

SettingValue text_value(std::string_view text) {
  SettingValue value;
  value.text.assign(text);
  return value;
}
SettingValue time_value(Duration duration) { return {.number = settings::number_of(duration)}; }

// What happened over all seeds.
struct Tally {
  std::uint32_t refused = 0;
  std::uint32_t left = 0;
  std::uint32_t cuts = 0;
  std::uint32_t crashes = 0;
};

class World {
 public:
  World(std::uint64_t seed, Tally& tally) : random_(seed), board_(seed), tally_(tally) {
    base_.file.put(kBroker, text_value("hub.good"), SettingsLayer::file);
  }

  void start() {
    settings_.reset();
    while (!is_ok(board_.start())) board_.come_back();
    archive_.emplace(*board_.shelf);
    settings_.emplace(*archive_);
    now_ = {};
    static_cast<void>(is_ok(settings_->open(base_, true, now_, {}, problems_)));
    plan_end();
    revision_ = 0;
    follow_changes();
  }

  // Until `span` of powered time has passed, or the last good version is in force again.
  Duration run(Duration span, bool until_left) {
    Duration ran{};
    while (ran < span) {
      const Uptime served_at = settings_->serve(now_);
      follow_changes();
      if (!board_.supply.is_on()) {
        end();
        continue;
      }
      if (until_left && answers() && !crashes()) break;
      const Uptime due =
          std::max(now_, std::min({served_at, receipt_at_, ends_at_, now_ + (span - ran)}));
      ran = ran + (due - now_);
      now_ = due;
      if (now_ >= receipt_at_ && answers()) static_cast<void>(is_ok(settings_->confirm(now_)));
      if (now_ >= receipt_at_) receipt_at_ = Uptime{INT64_MAX};
      if (now_ >= ends_at_) end();
    }
    return ran;
  }

  bool answers() const {
    const SettingSet& set = settings_->in_force();
    return set.text(kBroker) == "hub.good" && set.text(kTenant) == "default";
  }
  bool crashes() const { return settings_->in_force().duration(kWindow) == kPoison; }

  // A bad version by one of the roads. False: it was refused.
  bool propose_bad() {
    if (random_.chance(1, 4)) return propose_nonsense();
    if (random_.chance(1, 3)) {  // by the file: with a restart
      fill_with_bad(base_.file, SettingsLayer::file);
      start();
      return true;
    }
    SettingsEdit edit;
    edit.layer = random_.chance(1, 2) ? SettingsLayer::local : SettingsLayer::remote;
    edit.author = "somebody";
    fill_with_bad(edit.changes, edit.layer);
    if (random_.chance(1, 4)) board_.supply.lose_after(random_.below(6));
    const bool is_taken = settings_->propose(edit, now_, {}, problems_).ok();
    if (!board_.supply.is_on()) end();
    follow_changes();
    return is_taken || !answers() || crashes();
  }

  bool take_good() {
    SettingsEdit edit;
    edit.changes.put(kWindow, time_value(seconds(33)), SettingsLayer::local);
    return settings_->propose(edit, now_, {}, problems_).ok() &&
           (follow_changes(), run(minutes(2), false), true) &&
           settings_->report(now_).state == VersionState::good &&
           settings_->in_force().duration(kWindow) == seconds(33);
  }

  void let_power_fail(bool fails) {
    power_fails_ = fails;
    board_.supply.restore();
    plan_end();
  }

  Settings& settings() { return *settings_; }
  std::uint32_t interruptions = 0;

 private:
  void fill_with_bad(SettingSet& set, SettingsLayer layer) {
    switch (random_.below(4)) {
      case 0: set.put(kBroker, text_value("hub.wrong"), layer); break;
      case 1: set.put(kBroker, text_value(""), layer); break;
      case 2: set.put(kTenant, text_value("somebody-else"), layer); break;
      default: set.put(kWindow, time_value(kPoison), layer);
    }
    if (random_.chance(1, 2)) set.put(at("settings.probation"), time_value(hours(24)), layer);
    if (random_.chance(1, 2)) set.put(at("settings.starts_max"), {.number = 20}, layer);
  }

  bool propose_nonsense() {
    constexpr std::array kTexts{
        R"({"durability":{"window":"0 s"}})", R"({"durability":{"window":"1 d"}})",
        R"({"durabilty":{"window":"10 s"}})", R"({"queue.bytes":1})",
        R"({"history":{"persist":"yes"}})",   R"([1])",
        R"({"settings":{"probation":"0 s"}})"};
    std::array<std::byte, 4096> memory{};
    wire::JsonReader json(memory);
    SettingSet set;
    CHECK(is_ok(json.read(kTexts[random_.below(kTexts.size())])));
    return is_ok(read_settings(json.root(), SettingsLayer::remote, set, problems_));
  }

  void plan_end() {
    ends_at_ = Uptime{INT64_MAX};
    if (power_fails_ && random_.chance(3, 4)) ends_at_ = now_ + seconds(random_.between(5, 500));
    if (power_fails_ && random_.chance(1, 8)) board_.supply.lose_after(random_.below(20));
  }

  void follow_changes() {
    if (revision_ == settings_->revision()) return;
    revision_ = settings_->revision();
    receipt_at_ = now_ + kReceiptAfter;
    if (crashes()) ends_at_ = std::min(ends_at_, now_ + seconds(random_.between(1, 20)));
  }

  // The process ends by itself, or its power goes.
  void end() {
    ++interruptions;
    const bool is_crash = crashes() && board_.supply.is_on();
    ++(is_crash ? tally_.crashes : tally_.cuts);
    if (!is_crash) board_.cut_power();
    start();
  }

  Random random_;
  ShelfOnSim board_;
  Tally& tally_;
  std::optional<ShelfArchive> archive_;
  std::optional<Settings> settings_;
  SettingLayers base_;
  SettingsProblems problems_;
  Uptime now_;
  Uptime receipt_at_;
  Uptime ends_at_;
  std::uint32_t revision_ = 0;
  bool power_fails_ = false;
};

}  // namespace

TEST_GROUP(BadVersions) {
  Tally tally;

  void judge(std::uint64_t seed) {
    const std::string where = "seed " + std::to_string(seed);
    World world(seed, tally);
    world.start();
    world.run(minutes(2), false);
    CHECK_TEXT(world.settings().report({}).state == VersionState::good, where.c_str());
    world.let_power_fail(seed % 2 == 1);
    const bool is_taken = world.propose_bad();
    ++(is_taken ? tally.left : tally.refused);
    const Duration ran = world.run(hours(3), true);
    // What each interruption may forget of the time, and a moment for the last step.
    const Duration most =
        kProbation + milliseconds(kProbation.ms / 8) * world.interruptions + seconds(1);
    CHECK_TEXT(ran <= most, where.c_str());
    CHECK_TEXT(world.answers() && !world.crashes(), where.c_str());
    world.let_power_fail(false);
    CHECK_TEXT(world.take_good(), where.c_str());
  }
};

TEST(BadVersions, every_one_is_refused_or_left_within_the_probation_and_nobody_is_locked_out) {
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) judge(seed);
  LONGS_EQUAL(kSeeds, tally.refused + tally.left);
  // Or the worlds are not as hostile as they say.
  CHECK(tally.refused > 50 && tally.left > 200 && tally.cuts > 100 && tally.crashes > 50);
}
