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
  std::array<stores::SensorEntry, 2> entries;
  stores::Roster roster{entries};
  std::array<stores::Node, 2> node_memory{};
  std::array<stores::NodeIndex, 2> node_of{};
  std::optional<stores::Nodes> nodes;
  stores::telemetry::WindowUnderTest window{2, 100};
  std::optional<flows::Tending> tending;

  void setup() override {
    GatewayId gateway;
    STATUS_EQUAL(Status::ok, GatewayId::parse("gateway-1", gateway));
    nodes.emplace(node_memory, node_of, gateway);
    for (const char* name : {"heat", "speed"}) {
      stores::SensorFacts one;
      STATUS_EQUAL(Status::ok, EquipmentId::parse("pump-1", one.equipment));
      STATUS_EQUAL(Status::ok, SensorId::parse(name, one.sensor));
      NodeId node;
      STATUS_EQUAL(Status::ok, NodeId::parse("plc-1", node));
      STATUS_EQUAL(Status::ok, nodes->hang(roster.add(one).value(), node));
    }
    STATUS_EQUAL(Status::ok, site.start());
    tending.emplace(*site.replica, *window.telemetry, roster, *nodes);
  }
  void step(Duration time, const flows::NodeFacts& node = {.is_flushed = true}) {
    site.pass(time);
    nodes->step(site.on.now);
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
    nodes->note({0}, Quality::good, site.on.now, site.on.now);
    step(seconds(10));
  }
  // A status, three of the gateway's node and four of the device.
  UNSIGNED_LONGLONGS_EQUAL(8, site.replica->counts().edits);
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
  CHECK(nodes->is_asked({0}));
  STRCMP_EQUAL("running", reported(kNode, "state").c_str());
  STATUS_EQUAL(Status::ok, site.set("drained", Value::boolean(true), "anna", kNode));
  step(seconds(5), {.is_flushed = false});
  CHECK_FALSE(nodes->is_asked({0}));
  STRCMP_EQUAL("draining", reported(kNode, "state").c_str());
  step(seconds(5));
  STRCMP_EQUAL("drained", reported(kNode, "state").c_str());
  STATUS_EQUAL(Status::ok, site.set("drained", Value::boolean(false), "anna", kNode));
  step(seconds(5), {.is_degraded = true, .is_flushed = true});
  CHECK(nodes->is_asked({0}));
  STRCMP_EQUAL("running", reported(kNode, "state").c_str());
  STRCMP_EQUAL("degraded", reported(kNode, "health").c_str());
}

TEST(Tending, E3_a_device_is_drained_disabled_and_enabled_by_its_own_document) {
  const documents::DocumentId device{.collection = "nodes", .key = "plc-1"};
  step(seconds(5));
  STRCMP_EQUAL("running", reported(device, "state").c_str());
  STRCMP_EQUAL("device", reported(device, "kind").c_str());
  STATUS_EQUAL(Status::ok, site.set("drained", Value::boolean(true), "anna", device));
  step(seconds(5), {.is_flushed = false});
  CHECK_FALSE(nodes->is_asked({0}));
  STRCMP_EQUAL("draining", reported(device, "state").c_str());
  step(seconds(5));
  STRCMP_EQUAL("drained", reported(device, "state").c_str());
  STRCMP_EQUAL("running", reported(kNode, "state").c_str());
  STATUS_EQUAL(Status::ok, site.set("enabled", Value::boolean(false), "anna", device));
  step(seconds(5));
  STRCMP_EQUAL("disabled", reported(device, "state").c_str());
}

TEST(Tending, E4_a_device_that_is_removed_is_not_asked_and_not_told_of_until_it_is_enabled) {
  const documents::DocumentId device{.collection = "nodes", .key = "plc-1"};
  step(seconds(5));
  STATUS_EQUAL(Status::ok, site.replica->bury(device, {documents::Side::local, "anna"}, site.utc));
  step(seconds(5));
  CHECK_FALSE(nodes->is_asked({0}));
  documents::DocumentView document;
  CHECK(site.replica->find(device, document) && document.is_tombstone());
  STATUS_EQUAL(Status::ok, site.set("drained", Value::boolean(false), "anna", device));
  step(seconds(5));
  CHECK(nodes->is_asked({0}));
  STRCMP_EQUAL("running", reported(device, "state").c_str());
}

TEST(Tending, a_breaker_that_opens_is_reported_once_and_its_closing_when_it_has_settled) {
  const documents::DocumentId device{.collection = "nodes", .key = "plc-1"};
  for (int scan = 0; scan < 5; ++scan) {
    site.pass(seconds(1));
    nodes->note({0}, Quality::no_contact, site.on.now, site.on.now);
  }
  step(seconds(5));
  STRCMP_EQUAL("open", reported(device, "breaker").c_str());
  STRCMP_EQUAL("failed", reported(device, "health").c_str());
  step(seconds(31));  // the equipment is offline by now
  const std::uint64_t edits = site.replica->counts().edits;
  for (int turn = 0; turn < 20; ++turn) step(seconds(31));  // probes that nobody answers
  UNSIGNED_LONGLONGS_EQUAL(edits, site.replica->counts().edits);
  nodes->note({0}, Quality::good, site.on.now, site.on.now);
  for (int turn = 0; turn < 13; ++turn) {
    nodes->note({0}, Quality::good, site.on.now, site.on.now);
    step(seconds(5));
  }
  STRCMP_EQUAL("closed", reported(device, "breaker").c_str());
}
