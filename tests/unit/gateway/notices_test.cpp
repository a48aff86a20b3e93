// What a person must hear of the gateway itself: in the log when it begins, once an hour, and when
// it ends; and as an alert that survives a reboot and goes upstream.
#include "gateway/notices.h"

#include <CppUTest/TestHarness.h>

#include "platform/sim/log.h"
#include "tests/support/site_on_sim.h"
#include "tests/support/status_equal.h"
#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::gateway;
using documents::Value;

namespace {

struct NoticesBench : Utest {
  test::SiteOnSim site;
  stores::telemetry::WindowUnderTest window{1, 8};
  sim::Log log{site.on.clock};
  std::array<stores::Node, 3> node_room;
  std::array<stores::NodeIndex, 2> nodes_of_sensors{};
  std::optional<stores::Nodes> nodes;
  std::optional<Notices> notices;

  void setup() override { STATUS_EQUAL(Status::ok, start()); }
  Status start() {
    const Status status = site.start();
    renew();
    return status;
  }
  // As in a new process.
  void renew() {
    GatewayId id;
    NodeId plc;
    STATUS_EQUAL(Status::ok, GatewayId::parse("press-7", id));
    STATUS_EQUAL(Status::ok, NodeId::parse("plc-1", plc));
    node_room = {};
    nodes.emplace(node_room, nodes_of_sensors, id);
    STATUS_EQUAL(Status::ok, nodes->hang({0}, plc));
    notices.emplace(log, Notices::Sights{.window = *window.telemetry,
                                         .queue = *site.on.queue,
                                         .shelf = *site.shelf,
                                         .flash = site.on.flash,
                                         .nodes = *nodes,
                                         .replica = *site.replica});
  }
  void cut_and_start() {
    STATUS_EQUAL(Status::ok, site.cut_and_start());
    renew();
  }
  void look() { notices->look(site.on.now, site.utc); }
  void look_for(Duration time) {
    for (Duration passed{}; passed < time; passed = passed + minutes(1)) {
      site.on.pass(minutes(1));
      look();
    }
  }
  int lines_with(std::string_view word) {
    int count = 0;
    for (const std::string& line : log.lines()) count += line.find(word) != std::string::npos;
    return count;
  }
  stores::Alert alert(std::string_view key) {
    documents::DocumentView document;
    return site.replica->find({state::kAlerts, key}, document) ? stores::read_alert(document)
                                                               : stores::Alert{};
  }
  void person_resolves(std::string_view key) {
    STATUS_EQUAL(Status::ok,
                 site.set("resolved", Value::integer(alert(key).episode), {state::kAlerts, key}));
  }
  void spoil(const std::string& file) {
    site.end();
    site.on.flash.zero(file);
    static_cast<void>(site.on.flash.remove(file + "-wal"));
  }
  void fill_window_for(Duration hours_of_it) {
    Random random(1);
    for (std::int64_t at_ms = 0; at_ms < hours_of_it.ms; at_ms += 1000) {
      CHECK(is_ok(window.add(0, at_ms + 1000, random.fraction())));
    }
  }
};

}  // namespace

TEST_GROUP_BASE(Notices, NoticesBench){};

TEST(Notices, say_nothing_and_raise_nothing_while_all_is_well) {
  look_for(minutes(20));
  LONGS_EQUAL(0, log.lines().size());
  LONGS_EQUAL(0, site.replica->count());
}

TEST(Notices, warn_that_the_window_is_shorter_than_a_day_once_an_hour) {
  fill_window_for(seconds(2000));
  for (int minute = 0; minute < 150; ++minute, site.on.pass(minutes(1))) look();
  LONGS_EQUAL(3, lines_with("warning window_short minutes="));
  LONGS_EQUAL(3, lines_with("minutes_wanted=1440"));
  CHECK(alert("window_short").state == stores::AlertState::raised);
  CHECK(alert("window_short").value < 60);
  std::int64_t at_ms = 2000'000 + hours(30).ms;  // one reading an hour: there is room for days
  for (int i = 0; i < 400; ++i, at_ms += hours(1).ms) CHECK(is_ok(window.add(0, at_ms, 5)));
  look();
  LONGS_EQUAL(1, lines_with("note window_long_enough"));
}

TEST(Notices, NT1_what_lasts_is_one_episode_until_it_was_over_for_a_while) {
  site.on.flash.set_state(hal::MediumState::read_only);
  STATUS_EQUAL(Status::unavailable, start());
  look();
  LONGS_EQUAL(1, lines_with("error queue_in_memory_only"));
  LONGS_EQUAL(1, lines_with("error state_in_memory_only"));
  CHECK(alert("queue_in_memory_only").state == stores::AlertState::raised);
  CHECK(alert("queue_in_memory_only").severity == stores::Severity::critical);
  STRCMP_CONTAINS("read-only", std::string(alert("queue_in_memory_only").text).c_str());
  look_for(minutes(5));
  site.on.flash.set_state(hal::MediumState::writable);
  site.on.pass(stores::queue::kRetryMax);
  site.on.queue->serve(site.on.now);
  site.shelf->serve(site.on.now);
  site.replica->serve(site.on.now);
  look();
  LONGS_EQUAL(1, lines_with("note queue_on_flash"));
  LONGS_EQUAL(1, lines_with("note state_on_flash"));
  CHECK(alert("queue_in_memory_only").is_active);
  look_for(kAlertHold);
  CHECK_FALSE(alert("queue_in_memory_only").is_active);
  CHECK_FALSE(alert("state_in_memory_only").is_active);
  LONGS_EQUAL(1, alert("queue_in_memory_only").episode);
}

// As where the data partition is gone, and the board mounts a file system in memory instead.
TEST(Notices, files_in_memory_are_told_to_be_there_and_stay_so) {
  sim::MediumModel model;
  model.file_system = "tmpfs";
  site.end();
  site.on.flash.set_model(model);
  STATUS_EQUAL(Status::ok, start());
  look_for(kAlertHold * 2);
  for (const char* code : {"queue_in_memory_only", "state_in_memory_only"}) {
    LONGS_EQUAL(1, lines_with(std::string("error ") + code));
    CHECK(alert(code).is_active);
    STRCMP_CONTAINS("the files lie in memory", std::string(alert(code).text).c_str());
  }
  CHECK_FALSE(site.shelf->is_on_flash());
  STATUS_EQUAL(Status::unavailable,
               site.set("name", Value::text("pump"), {state::kEquipment, "pump-1"}));
}

TEST(Notices, what_is_in_memory_only_is_told_upstream_all_the_same) {
  test::HubOnDesk hub;
  site.on.flash.set_state(hal::MediumState::read_only);
  STATUS_EQUAL(Status::unavailable, start());
  look();
  site.step();
  site.send_up(hub);
  documents::DocumentView document;
  CHECK(hub.find({state::kAlerts, "queue_in_memory_only"}, document));
  CHECK(stores::read_alert(document).is_active);
}

TEST(Notices, tell_of_a_file_set_aside_by_name_and_reason) {
  for (const char* stem : {"queue", "state"}) {
    const std::string name(stem);
    spoil(name + ".db");
    STATUS_EQUAL(Status::ok, start());
    look();
    look();
    const std::string event = name + "_file_set_aside";
    std::string text = "file=";
    text.append(name).append("-aside-1.db found=zeroed");
    LONGS_EQUAL(1, lines_with(std::string(event).append(" ").append(text)));
    const stores::Alert told = alert(event);
    CHECK(told.state == stores::AlertState::raised);
    STRCMP_EQUAL(text.c_str(), std::string(told.text).c_str());
  }
}

TEST(Notices, a_file_set_aside_is_an_alert_upstream_in_the_lane_of_events) {
  test::HubOnDesk hub;
  spoil("queue.db");
  STATUS_EQUAL(Status::ok, start());
  look();
  site.step();
  site.send_up(hub);
  documents::DocumentView document;
  CHECK(hub.find({state::kAlerts, "queue_file_set_aside"}, document));
  CHECK(stores::read_alert(document).state == stores::AlertState::raised);
}

TEST(Notices, NT2_a_file_set_aside_is_told_although_the_power_goes_before_the_first_look) {
  spoil("queue.db");
  STATUS_EQUAL(Status::ok, site.start());
  cut_and_start();
  cut_and_start();
  look();
  CHECK(alert("queue_file_set_aside").state == stores::AlertState::raised);
  look_for(minutes(3));
  cut_and_start();
  look_for(minutes(3));
  LONGS_EQUAL(1, alert("queue_file_set_aside").episode);
}

TEST(Notices,
     NT1_a_field_device_whose_breaker_is_open_is_in_the_log_and_an_alert_until_it_is_well) {
  for (int i = 0; i < 5; ++i) {
    site.on.pass(seconds(1));
    nodes->note({0}, Quality::no_contact, site.on.now, site.on.now);
    nodes->step(site.on.now);
  }
  look();
  LONGS_EQUAL(1, lines_with("node_failing nodes=1 first=plc-1"));
  CHECK(alert("node_failing").is_active);
  for (int minute = 0; minute < 14; ++minute) {
    site.on.pass(minutes(1));
    nodes->note({0}, Quality::good, site.on.now, site.on.now);
    nodes->step(site.on.now);
    look();
  }
  LONGS_EQUAL(1, lines_with("nodes_answer"));
  CHECK_FALSE(alert("node_failing").is_active);
}

TEST(Notices, NT3_a_file_set_aside_stays_raised_until_a_person_resolves_it_and_the_next_is_new) {
  spoil("queue.db");
  STATUS_EQUAL(Status::ok, start());
  look();
  cut_and_start();
  look_for(hours(1));
  CHECK(alert("queue_file_set_aside").state == stores::AlertState::raised);
  person_resolves("queue_file_set_aside");
  look();
  CHECK_FALSE(alert("queue_file_set_aside").is_active);
  cut_and_start();
  look();
  CHECK_FALSE(alert("queue_file_set_aside").is_active);
  spoil("queue.db");
  STATUS_EQUAL(Status::ok, start());
  look();
  CHECK(alert("queue_file_set_aside").is_active);
  LONGS_EQUAL(2, alert("queue_file_set_aside").episode);
  STRCMP_CONTAINS("queue-aside-2.db", std::string(alert("queue_file_set_aside").text).c_str());
}
