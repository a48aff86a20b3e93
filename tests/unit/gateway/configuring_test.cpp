#include "gateway/configuring.h"

#include <optional>
#include <string>

#include "config/settings/table.h"
#include "platform/sim/log.h"
#include "stores/settings/reading.h"
#include "tests/support/shelf_on_sim.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using settings::at;

TEST_GROUP(Configuring) {
  test::QueueBench bench;
  std::optional<state::Shelf> shelf;
  std::optional<gateway::Configuring> configuring;
  sim::Log log{bench.on.clock};
  SettingLayers base;

  void setup() override { start(); }
  void teardown() override {
    configuring.reset();
    shelf.reset();
  }

  void start() {
    configuring.reset();
    shelf.reset();
    STATUS_EQUAL(Status::ok, bench.on.start());
    shelf.emplace(*bench.on.engine, bench.on.flash, test::kSmallShelf);
    STATUS_EQUAL(Status::ok, shelf->open(bench.on.now));
    configuring.emplace(*shelf, *bench.on.queue, bench.on.metered, log);
    configuring->set_base(base, true);
    STATUS_EQUAL(Status::ok, configuring->open(bench.on.clock));
    configuring->step(bench.on.now);
  }
  void set(std::string_view path, std::string_view text) {
    SettingsEdit edit;
    SettingsProblems problems;
    STATUS_EQUAL(Status::ok,
                 read_setting(path, text, SettingsLayer::local, edit.changes, problems));
    CHECK(configuring->settings().propose(edit, bench.on.now, {}, problems).ok());
  }
  void say_in_file(std::string_view path, std::string_view text) {
    SettingsProblems problems;
    STATUS_EQUAL(Status::ok, read_setting(path, text, SettingsLayer::file, base.file, problems));
  }
  VersionState state() { return configuring->settings().report(bench.on.now).state; }
};

TEST(Configuring, what_changes_is_told_to_the_queue_and_once_to_the_gateway) {
  CHECK(configuring->take_change() && !configuring->take_change());
  set("durability.window", "30 s");
  CHECK(configuring->take_change());
  configuring->step(bench.on.now);
  CHECK(bench.queue().settings().window == seconds(30));
}

TEST(Configuring, a_receipt_for_what_was_kept_under_a_version_confirms_it) {
  set("durability.window", "30 s");
  bench.keep_for(1);  // before the version reached the queue
  configuring->step(bench.on.now);
  bench.send_all();
  bench.receive();
  configuring->step(bench.on.now);
  CHECK(state() == VersionState::on_trial);
  bench.keep_for(1);
  bench.send_all();
  bench.receive();
  configuring->step(bench.on.now);
  CHECK(state() == VersionState::good);
}

TEST(Configuring, what_is_built_in_is_a_version_to_go_back_to_once_upstream_has_answered) {
  bench.keep_for(1);
  bench.send_all();
  bench.receive();
  configuring->step(bench.on.now, {1'700'000'000'000});
  CHECK(state() == VersionState::good);
  const SettingsReport report = configuring->settings().report(bench.on.now);
  LONGS_EQUAL(1, report.in_force);
  LONGS_EQUAL(1, report.last_good);
  configuring->settings().expect_receipts(true);
  set("uplink.broker", "nowhere.example");
  const Uptime end = bench.on.now + minutes(10);
  while (bench.on.now < end) bench.on.now = std::min(end, configuring->step(bench.on.now));
  configuring->step(bench.on.now);
  LONGS_EQUAL(1, configuring->settings().report(bench.on.now).in_force);
  CHECK(configuring->in_force().text(at("uplink.broker")).empty());
}

TEST(Configuring, what_nobody_receives_goes_back_by_itself) {
  say_in_file("uplink.broker", "hub.good");
  start();
  CHECK(is_ok(configuring->settings().confirm(bench.on.now)));
  set("durability.window", "30 s");
  const Uptime end = bench.on.now + minutes(10);
  while (bench.on.now < end) bench.on.now = std::min(end, configuring->step(bench.on.now));
  configuring->step(bench.on.now);
  CHECK(bench.queue().settings().window == seconds(10));
  CHECK(configuring->take_change());
}

TEST(Configuring, a_file_is_not_made_smaller_than_it_is) {
  bench.keep_for(20, 20);
  bench.batch();
  const std::uint64_t before = bench.queue().settings().file_bytes_max;
  set("queue.bytes", "16 MiB");
  configuring->step(bench.on.now);
  CHECK(bench.queue().settings().file_bytes_max == before);  // until the next start
  CHECK(configuring->in_force().number(at("queue.bytes")) == 16.0 * 1024 * 1024);
}

TEST(Configuring, the_file_of_settings_is_in_force_before_the_queue_is_used) {
  say_in_file("durability.window", "40 s");
  start();
  CHECK(bench.queue().settings().window == seconds(40));
  CHECK(configuring->in_force().layer(at("durability.window")) == SettingsLayer::file);
}
