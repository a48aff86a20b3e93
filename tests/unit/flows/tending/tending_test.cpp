#include "flows/tending/tending.h"

#include <CppUTest/TestHarness.h>

#include "state/fields.h"
#include "tests/support/replica_on_sim.h"
#include "tests/support/status_equal.h"
#include "tests/unit/stores/telemetry/window_under_test.h"

using namespace hf;
using namespace hf::test;
using documents::Part;
using documents::Value;

namespace {

const documents::DocumentId kNode{.collection = "nodes", .key = "gateway-1"};

}  // namespace

TEST_GROUP(Tending) {
  ReplicaOnSim site;
  std::array<stores::SensorFacts, 2> facts;
  stores::Roster roster{facts};
  telemetry::WindowUnderTest window{2, 100};
  std::optional<flows::Tending> tending;

  void setup() override {
    for (const char* name : {"heat", "speed"}) {
      stores::SensorFacts one;
      STATUS_EQUAL(Status::ok, EquipmentId::parse("pump-1", one.equipment));
      STATUS_EQUAL(Status::ok, SensorId::parse(name, one.sensor));
      CHECK(roster.add(one).ok());
    }
    STATUS_EQUAL(Status::ok, site.start());
    tending.emplace(*site.replica, *window.telemetry, roster, "gateway-1");
  }
  void step(Duration time, const flows::NodeFacts& node = {.is_flushed = true}) {
    site.pass(time);
    tending->step(site.on.now, site.utc, node);
  }
  std::string reported(const documents::DocumentId& id, std::string_view field) const {
    documents::DocumentView document;
    if (!site.replica->find(id, document)) return "no document";
    return std::string(state::Fields(document).text(Part::reported, field, "nothing"));
  }
};

TEST(Tending, E1_equipment_is_online_while_a_sensor_of_it_is_heard_and_offline_after_a_while) {
  step(seconds(10));
  STRCMP_EQUAL("no document", reported(kPump, "status").c_str());  // too soon to say
  STATUS_EQUAL(Status::ok, window.add(1, site.on.now.ms, 5));
  step(seconds(10));
  STRCMP_EQUAL("online", reported(kPump, "status").c_str());
  step(seconds(15));
  STRCMP_EQUAL("online", reported(kPump, "status").c_str());
  step(seconds(15));
  STRCMP_EQUAL("offline", reported(kPump, "status").c_str());
}

TEST(Tending, E2_what_does_not_change_is_not_written) {
  for (int turn = 0; turn < 50; ++turn) {
    STATUS_EQUAL(Status::ok, window.add(0, site.on.now.ms, turn));
    step(seconds(10));
  }
  UNSIGNED_LONGLONGS_EQUAL(4, site.replica->counts().edits);  // a status, and three of the node
}

TEST(Tending, E2_equipment_that_a_person_has_deleted_stays_deleted) {
  STATUS_EQUAL(Status::ok, window.add(0, 0, 1));
  step(seconds(10));
  STATUS_EQUAL(Status::ok, site.replica->bury(kPump, {documents::Side::local, "anna"}, site.utc));
  step(minutes(5));
  documents::DocumentView document;
  CHECK(site.replica->find(kPump, document) && document.is_tombstone());
}

TEST(Tending, E3_a_drained_node_samples_no_more_and_says_drained_when_all_is_filed) {
  step(seconds(5));
  CHECK(tending->samples());
  STRCMP_EQUAL("running", reported(kNode, "state").c_str());
  STATUS_EQUAL(Status::ok, site.set("drained", Value::boolean(true), "anna", kNode));
  step(seconds(5), {.is_flushed = false});
  CHECK_FALSE(tending->samples());
  STRCMP_EQUAL("draining", reported(kNode, "state").c_str());
  step(seconds(5));
  STRCMP_EQUAL("drained", reported(kNode, "state").c_str());
  STATUS_EQUAL(Status::ok, site.set("drained", Value::boolean(false), "anna", kNode));
  step(seconds(5), {.is_degraded = true, .is_flushed = true});
  CHECK(tending->samples());
  STRCMP_EQUAL("running", reported(kNode, "state").c_str());
  STRCMP_EQUAL("degraded", reported(kNode, "health").c_str());
}
