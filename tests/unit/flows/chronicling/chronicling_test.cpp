#include "flows/chronicling/chronicling.h"

#include <CppUTest/TestHarness.h>

#include <memory>
#include <optional>
#include <string>

#include "stores/settings/reading.h"
#include "stores/settings/shelf_archive.h"
#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::test;
using documents::Value;

namespace {

struct ChroniclingBench : Utest {
  QueueBench bench;
  std::unique_ptr<ReplicaRoom> room = std::make_unique<ReplicaRoom>();
  std::optional<state::Shelf> shelf;
  std::optional<state::Replica> replica;
  std::optional<stores::ShelfArchive> archive;
  std::optional<stores::Settings> settings;
  std::optional<stores::Activity> activity;
  std::optional<flows::Chronicling> chronicling;
  stores::Ledger ledger;
  HubPen hub;
  UtcReading utc{.at = {kBeginningMs}, .error = milliseconds(20), .quality = TimeQuality::synced};

  void setup() override {
    STATUS_EQUAL(Status::ok, bench.on.start());
    shelf.emplace(*bench.on.engine, bench.on.flash, kSmallShelf);
    STATUS_EQUAL(Status::ok, shelf->open(bench.on.now));
    replica.emplace(*shelf, room->memory(), 7);
    STATUS_EQUAL(Status::ok, replica->load(utc));
    archive.emplace(*shelf);
    settings.emplace(*archive);
    stores::SettingsProblems problems;
    STATUS_EQUAL(Status::ok, settings->open({}, true, bench.on.now, utc.at, problems));
    activity.emplace(*shelf, BootId{1});
    chronicling.emplace(flows::ChronicleSources{.clock = bench.on.clock,
                                                .replica = *replica,
                                                .shelf = *shelf,
                                                .queue = *bench.on.queue,
                                                .ledger = ledger,
                                                .settings = *settings},
                        *activity);
    chronicling->begin();
    turn();
  }
  void teardown() override {
    chronicling.reset();
    activity.reset();
    settings.reset();
    archive.reset();
    replica.reset();
    shelf.reset();
  }
  void turn(Duration time = seconds(1)) {
    bench.on.pass(time);
    bench.on.clock.pass(time);
    utc.at = utc.at + time;
    settings->serve(bench.on.now);
    chronicling->step();
  }
  // The newest entry, as "kind who: what"; a connection is waited for.
  std::string last() {
    turn(minutes(1));
    stores::ActivityEntry entry;
    if (!is_ok(activity->read(activity->newest().number, entry))) return "nothing";
    return std::string(stores::to_text(entry.kind)) + " " + std::string(entry.who.view()) + ": " +
           std::string(entry.what.view());
  }
  Status write(const documents::DocumentId& id, std::string_view field, const Value& value,
               documents::Side side, std::string_view author,
               documents::Part part = documents::Part::desired) {
    const documents::Change change{.field = {part, field}, .value = value};
    return replica->create(id, {&change, 1}, {side, author}, utc);
  }
};

}  // namespace

TEST_GROUP_BASE(Chronicling, ChroniclingBench){};

TEST(Chronicling, a_start_is_noted_with_the_settings_in_force) {
  STRCMP_EQUAL("boot gateway: started with the built-in settings", last().c_str());
}

TEST(Chronicling, CR1_an_edit_at_the_site_says_who_changed_what_into_what) {
  STATUS_EQUAL(Status::ok,
               write(kPump, "name", Value::text("Main"), documents::Side::local, "anna"));
  STRCMP_EQUAL("edit anna: equipment pump-1: name=\"Main\"", last().c_str());
}

TEST(Chronicling, CR1_an_edit_from_upstream_says_so) {
  STATUS_EQUAL(Status::ok, replica->take(hub.writes(kPump, "limit", 80, utc.at.ms), utc));
  STRCMP_EQUAL("edit hub: equipment pump-1: limit=80 (upstream)", last().c_str());
}

TEST(Chronicling, CR1_a_removal_is_noted) {
  STATUS_EQUAL(Status::ok,
               write(kPump, "name", Value::text("Main"), documents::Side::local, "anna"));
  STATUS_EQUAL(Status::ok, replica->bury(kPump, {documents::Side::local, "berta"}, utc));
  STRCMP_EQUAL("edit berta: removed equipment pump-1", last().c_str());
}

TEST(Chronicling, what_arrives_and_changes_nothing_is_not_noted) {
  const documents::DocumentView delta = hub.writes(kPump, "limit", 80, utc.at.ms);
  STATUS_EQUAL(Status::ok, replica->take(delta, utc));
  turn();
  const std::uint64_t newest = activity->newest().number;
  STATUS_EQUAL(Status::ok, replica->take(delta, utc));
  turn();
  CHECK_EQUAL(newest, activity->newest().number);
}

TEST(Chronicling, an_alert_is_noted_when_it_is_raised_seen_and_ended) {
  const documents::DocumentId alert{.collection = state::kAlerts, .key = "pump.heat.too-hot"};
  const auto gateway = documents::Side::gateway;
  const auto reported = documents::Part::reported;
  const std::array raise{
      documents::Change{{reported, "active"}, Value::boolean(true)},
      documents::Change{{reported, "episode"}, Value::integer(1)},
      documents::Change{{reported, "severity"}, Value::text("critical")},
      documents::Change{{reported, "value"}, Value::real(91.5)},
  };
  STATUS_EQUAL(Status::ok, replica->create(alert, raise, {gateway, "gateway"}, utc));
  STRCMP_EQUAL("alert gateway: raised pump.heat.too-hot (critical) at 91.5", last().c_str());
  STATUS_EQUAL(Status::ok,
               write(alert, "acknowledged", Value::integer(1), documents::Side::local, "anna"));
  STRCMP_EQUAL("alert anna: alerts pump.heat.too-hot: acknowledged=1", last().c_str());
  STATUS_EQUAL(Status::ok,
               write(alert, "active", Value::boolean(false), gateway, "gateway", reported));
  STRCMP_EQUAL("alert gateway: ended pump.heat.too-hot", last().c_str());
}

TEST(Chronicling, a_connection_and_its_end_are_noted_with_the_reason) {
  ledger.uplink.connections = 1;
  ledger.link.phase = "online";
  ledger.link.method = "tls";
  turn();
  STRCMP_EQUAL("link gateway: connected over tls", last().c_str());
  ledger.uplink.disconnections = 1;
  ledger.link.phase = "waiting";
  ledger.link.last_end = "timed_out";
  turn();
  STRCMP_EQUAL("link gateway: disconnected: timed_out", last().c_str());
}

TEST(Chronicling, CR2_a_version_is_noted_when_it_is_tried_and_when_it_is_left) {
  stores::SettingsEdit edit;
  stores::SettingsProblems problems;
  const auto propose = [&](std::string_view path, std::string_view text) {
    edit = {};
    edit.author = "anna";
    edit.comment = "new broker";
    STATUS_EQUAL(Status::ok, stores::read_setting(path, text, stores::SettingsLayer::local,
                                                  edit.changes, problems));
    CHECK(settings->propose(edit, bench.on.now, utc.at, problems).ok());
  };
  propose("uplink.broker", "one.example");
  STATUS_EQUAL(Status::ok, settings->confirm(bench.on.now));
  turn();
  propose("uplink.broker", "two.example");
  STRCMP_EQUAL("settings anna: version 2 is on trial, by local: new broker", last().c_str());
  for (int minute = 0; minute < 11; ++minute) turn(minutes(1));
  STRCMP_EQUAL("settings gateway: version 2 was left (no answer): version 1 is in force again",
               last().c_str());
}

TEST(Chronicling, CR3_a_loss_is_noted_with_how_much_at_most_once_in_ten_minutes) {
  turn(minutes(10));
  const std::uint64_t before = activity->newest().number;
  for (int minute = 0; minute < 30; ++minute) {
    ledger.forwarding.missed += 5;
    turn(minutes(1));
  }
  CHECK(activity->newest().number <= before + 4);
  turn(minutes(11));
  const std::string line = last();
  CHECK_TEXT(line.find("readings left the window before they were safe") != std::string::npos,
             line.c_str());
}

TEST(Chronicling, a_role_that_ends_is_noted) {
  ledger.roles.push({.who = {.role = hal::Role::link, .number = 0}, .starts = 1});
  turn();
  ledger.roles[0].ends = 1;
  ledger.roles[0].was_killed = true;
  ledger.roles[0].end_code = 9;
  turn();
  STRCMP_EQUAL("role gateway: link 0 ended by signal 9", last().c_str());
}

TEST(Chronicling, an_orderly_end_is_the_last_entry) {
  ledger.uplink.connections = 1;
  chronicling->end();
  stores::ActivityEntry entry;
  STATUS_EQUAL(Status::ok, activity->read(activity->newest().number, entry));
  STRCMP_EQUAL("stopped in order", entry.what.c_str());
}
