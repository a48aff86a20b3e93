#include "gateway/settings_mirror.h"

#include <memory>
#include <optional>
#include <string>

#include "platform/sim/log.h"
#include "stores/settings/reading.h"
#include "tests/support/replica_on_sim.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using documents::Part;
using documents::Value;
using settings::at;

namespace {

// A gateway's settings, their document, and a hub's pen.
struct World {
  World() { start(); }
  ~World() { end(); }

  test::QueueBench bench;
  sim::Log log{bench.on.clock};
  std::unique_ptr<test::ReplicaRoom> room;
  std::optional<state::Shelf> shelf;
  std::optional<state::Replica> replica;
  std::optional<gateway::Configuring> configuring;
  std::optional<gateway::SettingsMirror> mirror;
  test::HubPen hub;
  UtcReading utc{
      .at = {test::kBeginningMs}, .error = milliseconds(20), .quality = TimeQuality::synced};
  std::uint64_t seed = 1;
  const documents::DocumentId id{.collection = kSettingsCollection, .key = "pump-7"};

  void end() {
    mirror.reset();
    configuring.reset();
    replica.reset();
    shelf.reset();
  }
  void start() {
    end();
    STATUS_EQUAL(Status::ok, bench.on.start());
    shelf.emplace(*bench.on.engine, bench.on.flash, test::kSmallShelf);
    STATUS_EQUAL(Status::ok, shelf->open(bench.on.now));
    room = std::make_unique<test::ReplicaRoom>();
    replica.emplace(*shelf, room->memory(), ++seed);
    STATUS_EQUAL(Status::ok, replica->load(utc));
    configuring.emplace(*shelf, *bench.on.queue, bench.on.metered, log);
    STATUS_EQUAL(Status::ok, configuring->open(bench.on.clock));
    mirror.emplace(*replica, *configuring, *shelf, "pump-7");
    mirror->open();
    turn();
  }
  void turn() {
    utc.at = utc.at + seconds(1);
    bench.on.pass(seconds(1));
    mirror->step(bench.on.now, utc);
    configuring->step(bench.on.now);
  }
  void set_here(std::string_view path, std::string_view text) {
    SettingsEdit edit;
    SettingsProblems problems;
    STATUS_EQUAL(Status::ok,
                 read_setting(path, text, SettingsLayer::local, edit.changes, problems));
    edit.author = "anna";
    CHECK(configuring->settings().propose(edit, bench.on.now, utc.at, problems).ok());
    turn();
  }
  void set_upstream(std::string_view path, const Value& value) {
    documents::DocumentView known;
    documents::Document nothing;
    nothing.begin(id);
    if (!replica->find(id, known)) known = nothing.view();
    utc.at = utc.at + seconds(1);
    STATUS_EQUAL(Status::ok, replica->take(hub.writes(known, path, value, utc.at.ms), utc));
    turn();
  }
  std::string desired(std::string_view path) {
    documents::DocumentView document;
    documents::Field field;
    if (!replica->find(id, document) || !document.find({Part::desired, path}, field)) return "-";
    const auto* write = documents::in_effect(field, documents::Policy::last_write);
    return write == nullptr || write->value.is_nothing() ? "-"
                                                         : std::string(write->value.as_text());
  }
  std::int64_t reported_version() {
    documents::DocumentView document;
    documents::Field field;
    if (!replica->find(id, document) || !document.find({Part::reported, "version"}, field))
      return 0;
    return field.writes[0].value.as_integer();
  }
  Duration window() { return configuring->in_force().duration(at("durability.window")); }
  std::uint32_t newest() { return configuring->settings().trial().newest; }
};

}  // namespace

TEST_GROUP(SettingsMirror) { World world; };

TEST(SettingsMirror, M1_what_upstream_writes_becomes_a_version_once) {
  world.set_upstream("durability.window", Value::text("20 s"));
  CHECK(world.window() == seconds(20) && world.newest() == 1);
  CHECK(world.configuring->in_force().layer(at("durability.window")) == SettingsLayer::remote);
  world.turn();
  world.start();  // not again after a restart either
  CHECK(world.window() == seconds(20) && world.newest() == 1);
}

TEST(SettingsMirror,
     M1_what_was_left_is_not_proposed_again_until_the_document_says_something_else) {
  world.set_here("history.keep", "2 d");
  STATUS_EQUAL(Status::ok, world.configuring->settings().confirm(world.bench.on.now));
  world.configuring->settings().expect_receipts(true);
  world.set_upstream("durability.window", Value::text("20 s"));
  const std::uint32_t tried = world.newest();
  for (int minute = 0; minute < 11; ++minute) {
    world.bench.on.pass(minutes(1));
    world.turn();
  }
  CHECK(world.window() == seconds(10) && world.newest() == tried);
  CHECK(world.desired("durability.window") == "20 s");  // still what upstream wants
  world.set_upstream("durability.window", Value::text("40 s"));
  CHECK(world.window() == seconds(40) && world.newest() == tried + 1);
}

TEST(SettingsMirror, M1_what_is_wrong_is_refused_and_told_and_changes_nothing) {
  world.set_upstream("durability.window", Value::text("20"));
  CHECK(world.window() == seconds(10) && world.newest() == 0);
  STRCMP_CONTAINS("setting_refused path=durability.window", world.log.lines().back().c_str());
}

TEST(SettingsMirror, M2_what_is_edited_here_is_written_and_what_upstream_said_meanwhile_stays) {
  world.set_here("durability.window", "20 s");
  CHECK(world.desired("durability.window") == "20 s");
  // Both at once: ours is in force, theirs has just arrived.
  SettingsEdit edit;
  SettingsProblems problems;
  STATUS_EQUAL(Status::ok,
               read_setting("history.keep", "2 d", SettingsLayer::local, edit.changes, problems));
  CHECK(
      world.configuring->settings().propose(edit, world.bench.on.now, world.utc.at, problems).ok());
  world.set_upstream("queue.refusals_max", Value::integer(9));
  CHECK(world.desired("history.keep") == "2 d");
  CHECK(world.configuring->in_force().duration(at("history.keep")) == days(2));
  LONGS_EQUAL(9, world.configuring->in_force().number(at("queue.refusals_max")));
}

TEST(SettingsMirror, M2_an_edit_that_the_power_cut_from_its_document_reaches_it_after_the_start) {
  SettingsEdit edit;
  SettingsProblems problems;
  STATUS_EQUAL(Status::ok,
               read_setting("history.keep", "2 d", SettingsLayer::local, edit.changes, problems));
  CHECK(
      world.configuring->settings().propose(edit, world.bench.on.now, world.utc.at, problems).ok());
  world.start();
  CHECK(world.desired("history.keep") == "2 d");
  CHECK(world.configuring->in_force().duration(at("history.keep")) == days(2));
}

TEST(SettingsMirror, M2_clearing_here_clears_there) {
  world.set_here("durability.window", "20 s");
  SettingsEdit edit;
  SettingsProblems problems;
  edit.cleared[at("durability.window").value] = true;
  CHECK(
      world.configuring->settings().propose(edit, world.bench.on.now, world.utc.at, problems).ok());
  world.turn();
  CHECK(world.desired("durability.window") == "-" && world.window() == seconds(10));
}

TEST(SettingsMirror, M3_the_version_in_force_is_reported) {
  LONGS_EQUAL(0, world.reported_version());
  world.set_here("durability.window", "20 s");
  world.turn();
  LONGS_EQUAL(1, world.reported_version());
}
