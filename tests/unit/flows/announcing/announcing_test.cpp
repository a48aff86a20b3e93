#include "flows/announcing/announcing.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "tests/support/queue_on_sim.h"
#include "wire/frames/roster_frame.h"

using namespace hf;
using namespace hf::flows;

TEST_GROUP(Announcing) {
  test::QueueOnSim desk;
  std::array<stores::SensorEntry, 128> memory{};
  std::array<std::byte, Announcing::kPartBytesMax> part{};
  stores::AnnouncingCounts counts;
  std::optional<stores::Roster> roster;
  std::optional<Announcing> flow;

  void setup() override { start(3); }

  void start(std::uint32_t sensors) {
    CHECK(is_ok(desk.start()));
    memory = {};
    roster.emplace(memory);
    for (std::uint32_t i = 0; i < sensors; ++i) add("sensor-" + std::to_string(i));
    flow.emplace(desk.clock, desk.metered, *roster, *desk.queue, counts, part);
  }
  void add(const std::string& name) {
    stores::SensorFacts facts;
    CHECK(is_ok(EquipmentId::parse("machine", facts.equipment)));
    CHECK(is_ok(SensorId::parse(name, facts.sensor)));
    CHECK(roster->add(facts).ok());
  }
  Uptime step() { return flow->step(desk.now); }

  // The names in every roster frame that waits to go up, by index; then they are received.
  std::vector<std::string> take_announced() {
    std::vector<std::string> names;
    stores::Offer offer;
    while (
        is_ok(desk.queue->peek(stores::Choice::events, desk.now, test::queue_room().out, offer))) {
      wire::OpenedFrame opened;
      CHECK(is_ok(wire::open_frame(offer.bytes, opened)));
      wire::RosterCursor cursor;
      SensorIndex index;
      wire::RosterEntry entry;
      for (Status s = cursor.open(opened); is_ok(s) && is_ok(cursor.next(index, entry));) {
        UNSIGNED_LONGS_EQUAL(roster->fingerprint(), opened.header.roster);
        names.resize(std::max<std::size_t>(names.size(), index.value + 1U));
        names[index.value] = entry.sensor.text();
      }
      CHECK(is_ok(desk.queue->mark_in_flight(offer)));
    }
    return names;
  }
};

TEST(Announcing, AN1_the_names_are_queued_at_once) {
  step();
  const auto names = take_announced();
  UNSIGNED_LONGS_EQUAL(3, names.size());
  CHECK_EQUAL(std::string{"sensor-2"}, names[2]);
}

TEST(Announcing, AN1_a_roster_too_long_for_one_part_goes_in_several) {
  start(128);
  step();
  const auto names = take_announced();
  UNSIGNED_LONGS_EQUAL(128, names.size());
  for (std::uint32_t i = 0; i < 128; ++i) CHECK_EQUAL("sensor-" + std::to_string(i), names[i]);
  CHECK(desk.queue->figures(desk.now).events_next >= 2);
}

TEST(Announcing, AN1_a_sensor_that_comes_later_is_announced) {
  step();
  take_announced();
  add("late");
  step();
  CHECK_EQUAL(std::string{"late"}, take_announced().at(3));
}

TEST(Announcing, AN2_a_restart_says_nothing_again) {
  step();
  take_announced();
  CHECK(is_ok(desk.queue->close(desk.now)));
  start(3);
  step();
  UNSIGNED_LONGS_EQUAL(1, counts.rosters);
}

TEST(Announcing, AN2_a_queue_that_lost_its_file_gets_the_names_again) {
  step();
  CHECK(is_ok(desk.queue->close(desk.now)));
  desk.end();
  for (const std::string_view name : {stores::queue::kFileName, stores::queue::kJournalName}) {
    CHECK(is_ok(desk.flash.remove(name)));
  }
  start(3);
  step();
  UNSIGNED_LONGS_EQUAL(3, take_announced().size());
  UNSIGNED_LONGS_EQUAL(2, counts.rosters);
}

TEST(Announcing, AN3_a_note_that_is_lost_costs_an_announcement) {
  step();
  CHECK(is_ok(desk.queue->close(desk.now)));
  desk.end();
  CHECK(is_ok(desk.flash.remove(kAnnouncedFileName)));
  start(3);
  step();
  UNSIGNED_LONGS_EQUAL(2, counts.rosters);
}
