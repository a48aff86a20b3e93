// The rules of versions, against a map that keeps what was saved and fails when it is told.
#include "stores/settings/settings.h"

#include <CppUTest/TestHarness.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "stores/settings/reading.h"

using namespace hf;
using namespace hf::stores;
using settings::at;

namespace {

class MapArchive final : public VersionArchive {
 public:
  Result<std::uint32_t> load(std::uint32_t slot, std::span<std::byte> out) override {
    if (unreadable) return Status::unavailable;
    const auto found = slots.find(slot);
    if (found == slots.end()) return Status::not_found;
    std::copy(found->second.begin(), found->second.end(), out.begin());
    return static_cast<std::uint32_t>(found->second.size());
  }
  Status save(std::uint32_t slot, std::span<const std::byte> bytes) override {
    if (saves_left == 0) return Status::unavailable;
    --saves_left;
    slots[slot].assign(bytes.begin(), bytes.end());
    return Status::ok;
  }

  std::map<std::uint32_t, std::vector<std::byte>> slots;
  std::uint64_t saves_left = UINT64_MAX;
  bool unreadable = false;
};

constexpr auto kWindow = at("durability.window");
constexpr auto kBatch = at("durability.batch_period");
constexpr auto kBroker = at("uplink.broker");
constexpr auto kProbation = at("settings.probation");
constexpr auto kStartsMax = at("settings.starts_max");

SettingValue text_value(std::string_view text) {
  SettingValue value;
  value.text.assign(text);
  return value;
}
SettingValue time_value(Duration duration) { return {.number = settings::number_of(duration)}; }

}  // namespace

TEST_GROUP(SettingsVersions) {
  MapArchive archive;
  std::optional<Settings> settings;
  SettingLayers base;
  SettingsProblems problems;
  Uptime now;

  void setup() override { base.file.put(kBroker, text_value("hub.good"), SettingsLayer::file); }

  Status start() {
    settings.emplace(archive);
    return settings->open(base, true, now, {}, problems);
  }
  SettingsEdit edit(settings::SettingIndex index, const SettingValue& value) {
    SettingsEdit edit;
    edit.changes.put(index, value, SettingsLayer::local);
    edit.author = "anna";
    return edit;
  }
  Result<std::uint32_t> propose(const SettingsEdit& edit) {
    return settings->propose(edit, now, {}, problems);
  }
  void start_with_a_good_version() {
    CHECK(is_ok(start()));
    CHECK(is_ok(settings->confirm(now)));
  }
  // Runs until `span` has passed, serving when it is due.
  void run(Duration span) {
    const Uptime end = now + span;
    while (now < end) now = std::min(end, settings->serve(now));
    settings->serve(now);
  }
  Duration window() { return settings->in_force().duration(kWindow); }
};

TEST(SettingsVersions, the_first_start_makes_a_version_of_the_file_and_a_receipt_confirms_it) {
  CHECK(is_ok(start()));
  LONGS_EQUAL(1, settings->report(now).in_force);
  CHECK(settings->report(now).state == VersionState::on_trial);
  CHECK(is_ok(settings->confirm(now)));
  CHECK(settings->confirm(now) == Status::stale);
  CHECK(settings->report(now).state == VersionState::good);
  CHECK(is_ok(start()));  // the same file is no other version
  LONGS_EQUAL(1, settings->report(now).in_force);
}

TEST(SettingsVersions, se1_what_is_in_force_was_valid_as_a_whole) {
  start_with_a_good_version();
  SettingsEdit bad = edit(kWindow, time_value(minutes(5)));
  bad.changes.put(kBatch, time_value(seconds(60)), SettingsLayer::local);
  CHECK(propose(bad).status() == Status::invalid);
  CHECK(problems.count() == 1 && window() == seconds(10));
  LONGS_EQUAL(1, settings->report(now).in_force);

  base.file.put(kWindow, time_value(seconds(300)), SettingsLayer::file);
  base.file.put(kBatch, time_value(seconds(60)), SettingsLayer::file);
  CHECK(start() == Status::invalid);  // a file that breaks a rule
  CHECK(window() == seconds(10) && settings->report(now).base == BaseState::unsound);
}

TEST(SettingsVersions, se2_a_version_is_durable_before_it_is_in_force) {
  start_with_a_good_version();
  for (std::uint64_t saves = 0; saves < 2; ++saves) {
    archive.saves_left = saves;
    CHECK(propose(edit(kWindow, time_value(seconds(20)))).status() == Status::unavailable);
    CHECK(window() == seconds(10));
    archive.saves_left = UINT64_MAX;
    CHECK(is_ok(start()));
    CHECK(window() == seconds(10));
  }
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  CHECK(is_ok(start()));
  CHECK(window() == seconds(20));
}

TEST(SettingsVersions, se2_a_start_that_cannot_be_counted_ends_the_trial) {
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  archive.saves_left = 0;
  CHECK(is_ok(start()));
  CHECK(window() == seconds(10));
}

TEST(SettingsVersions, se3_a_version_nobody_confirms_is_left_for_the_last_good_one) {
  start_with_a_good_version();
  CHECK_EQUAL(2, propose(edit(kWindow, time_value(seconds(20)))).value());
  run(minutes(10) - milliseconds(1));
  CHECK(window() == seconds(20));
  run(milliseconds(1));
  CHECK(window() == seconds(10));
  LONGS_EQUAL(1, settings->report(now).in_force);
  CHECK(settings->trial().find(2)->state == VersionState::no_answer);
}

TEST(SettingsVersions, se3_a_receipt_in_time_keeps_it) {
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  run(minutes(9));
  CHECK(is_ok(settings->confirm(now)));
  run(hours(10));
  CHECK(window() == seconds(20));
  LONGS_EQUAL(2, settings->report(now).last_good);
}

TEST(SettingsVersions, se3_a_version_that_is_started_too_often_is_left) {
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  for (int i = 0; i < 3; ++i) {
    CHECK(is_ok(start()));
    CHECK(window() == seconds(20));
  }
  CHECK(is_ok(start()));
  CHECK(window() == seconds(10));
  CHECK(settings->trial().find(2)->state == VersionState::crashed);
}

TEST(SettingsVersions, se3_power_cuts_do_not_start_the_probation_anew) {
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  Duration ran{};
  for (int i = 0; i < 2; ++i) {
    run(minutes(4));
    ran = ran + minutes(4);
    CHECK(is_ok(start()));
  }
  // At most an eighth of it is forgotten at each cut.
  const Duration left = settings->report(now).trial_left;
  CHECK(left >= minutes(10) - ran && left <= minutes(10) - ran + seconds(150));
}

TEST(SettingsVersions, se3_a_version_does_not_lengthen_its_own_probation) {
  start_with_a_good_version();
  SettingsEdit bad = edit(kProbation, time_value(hours(24)));
  bad.changes.put(kStartsMax, {.number = 20}, SettingsLayer::local);
  CHECK(propose(bad).ok());
  CHECK(settings->report(now).trial_left == minutes(10));
  LONGS_EQUAL(3, settings->report(now).starts_left);
  run(minutes(10));
  CHECK(settings->in_force().duration(kProbation) == minutes(10));
}

TEST(SettingsVersions, se3_without_a_broker_there_is_nobody_to_answer_and_running_confirms) {
  base = {};
  CHECK(is_ok(start()));
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  run(minutes(10));
  CHECK(settings->report(now).state == VersionState::good && window() == seconds(20));
  // Taking a broker away is not the same.
  CHECK(propose(edit(kBroker, text_value("hub.good"))).ok());
  CHECK(is_ok(settings->confirm(now)));
  CHECK(propose(edit(kBroker, text_value(""))).ok());
  run(minutes(10));
  CHECK(settings->in_force().text(kBroker) == "hub.good");
}

TEST(SettingsVersions, se3_where_receipts_are_expected_anyway_running_does_not_confirm) {
  base = {};
  CHECK(is_ok(start()));
  settings->expect_receipts(true);
  CHECK(propose(edit(kWindow, time_value(seconds(30)))).ok());
  CHECK(is_ok(settings->confirm(now)));
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  run(minutes(10));
  CHECK(window() == seconds(30));
}

TEST(SettingsVersions, se4_the_last_good_version_outlives_any_number_of_others) {
  start_with_a_good_version();
  for (int i = 0; i < 100; ++i) {
    CHECK(propose(edit(kWindow, time_value(seconds(20 + i)))).ok());
    if (i % 3 == 0) run(minutes(10));
  }
  run(minutes(10));
  CHECK(window() == seconds(10));
  CHECK(is_ok(start()));
  LONGS_EQUAL(1, settings->report(now).last_good);
  VersionHead head;
  SettingSet combined;
  CHECK(is_ok(settings->read(1, head, combined)));
  CHECK(combined.text(kBroker) == "hub.good");
  CHECK(settings->read(50, head, combined) == Status::not_found);
}

TEST(SettingsVersions, se5_what_is_refused_changes_nothing) {
  start_with_a_good_version();
  const std::uint32_t revision = settings->revision();
  SettingsEdit bad = edit(kWindow, time_value(seconds(20)));
  bad.comment = "a comment that is a good deal longer than the sixty-four bytes there are for it";
  CHECK(propose(bad).status() == Status::invalid);
  CHECK(settings->revert(77, bad, now, {}, problems).status() == Status::not_found);
  LONGS_EQUAL(revision, settings->revision());
  CHECK_EQUAL(1, propose(edit(kBroker, text_value("hub.good"))).ok() ? 1 : 0);
}

TEST(SettingsVersions, se6_a_file_that_was_left_is_not_tried_again_until_it_changes) {
  start_with_a_good_version();
  base.file.put(kBroker, text_value("hub.wrong"), SettingsLayer::file);
  CHECK(is_ok(start()));
  CHECK(settings->in_force().text(kBroker) == "hub.wrong");
  run(minutes(10));
  CHECK(settings->in_force().text(kBroker) == "hub.good");
  CHECK(is_ok(start()));
  CHECK(settings->in_force().text(kBroker) == "hub.good");
  CHECK(settings->report(now).base == BaseState::left);
  base.file.put(kBroker, text_value("hub.right"), SettingsLayer::file);
  CHECK(is_ok(start()));
  CHECK(settings->in_force().text(kBroker) == "hub.right");
}

TEST(SettingsVersions, se7_without_a_confirmed_version_nothing_is_left) {
  CHECK(is_ok(start()));
  for (int i = 0; i < 20; ++i) {
    run(hours(1));
    CHECK(is_ok(start()));
  }
  CHECK(settings->in_force().text(kBroker) == "hub.good");
  CHECK(settings->report(now).state == VersionState::on_trial);
}

TEST(SettingsVersions, an_edit_wins_over_the_file_until_it_is_cleared) {
  base.file.put(kWindow, time_value(seconds(30)), SettingsLayer::file);
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  CHECK(window() == seconds(20));
  SettingsEdit clear;
  clear.cleared[kWindow.value] = true;
  CHECK(propose(clear).ok());
  CHECK(window() == seconds(30));
  CHECK(settings->in_force().layer(kWindow) == SettingsLayer::file);
}

TEST(SettingsVersions, a_revert_is_a_new_version_with_what_the_old_one_said) {
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  CHECK(is_ok(settings->confirm(now)));
  CHECK_EQUAL(3, settings->revert(1, edit(kWindow, {}), now, {}, problems).value());
  CHECK(window() == seconds(10));
  VersionHead head;
  CHECK(is_ok(settings->read_head_of(3, head)));
  CHECK(head.cause == VersionCause::revert && head.parent == 2 && head.author.view() == "anna");
}

TEST(SettingsVersions, damage_to_any_slot_leaves_a_gateway_that_runs) {
  start_with_a_good_version();
  CHECK(propose(edit(kWindow, time_value(seconds(20)))).ok());
  const auto sound = archive.slots;
  for (const auto& [slot, bytes] : sound) {
    for (std::size_t i = 0; i < bytes.size(); i += 3) {
      archive.slots = sound;
      archive.slots[slot][i] ^= std::byte{0x40};
      static_cast<void>(is_ok(start()));
      CHECK(settings->in_force().text(kBroker) == "hub.good");
      CHECK(window() == seconds(10) || window() == seconds(20));
    }
    archive.slots = sound;
    archive.slots[slot].clear();
    static_cast<void>(is_ok(start()));
    CHECK(settings->in_force().text(kBroker) == "hub.good");
  }
  archive.unreadable = true;
  CHECK(start() == Status::unavailable);
  CHECK(settings->in_force().text(kBroker) == "hub.good");
}
