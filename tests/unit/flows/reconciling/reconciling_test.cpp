#include "flows/reconciling/reconciling.h"

#include <CppUTest/TestHarness.h>

#include "tests/support/site_on_sim.h"
#include "tests/support/status_equal.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::test;
using documents::Value;

TEST_GROUP(Reconciling) {
  SiteOnSim site;
  HubOnDesk hub;
  void setup() override { STATUS_EQUAL(Status::ok, site.start()); }
};

TEST(Reconciling,
     N1_an_edit_is_in_the_queue_after_its_debounce_with_all_that_was_changed_meanwhile) {
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  site.step();
  STATUS_EQUAL(Status::ok, site.set("location", Value::text("Hall 3")));
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Main pump")));
  site.step();
  site.send_up(hub);
  LONGS_EQUAL(0, hub.kinds.size());
  site.step(milliseconds(300));
  site.send_up(hub);
  LONGS_EQUAL(1, hub.kinds.size());
  CHECK(hub.kinds[0] == wire::FrameKind::state);
  CHECK(site.is_equal_to(hub));
}

TEST(Reconciling, N1_what_waited_when_the_power_went_is_found_by_the_next_comparison) {
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  site.talk(hub);
  LONGS_EQUAL(0, hub.count());
  site.reconciling->link_up(site.on.now);
  site.talk(hub);
  CHECK(site.is_equal_to(hub));
  LONGS_EQUAL(1, hub.count());
}

TEST(Reconciling, N2_what_came_from_upstream_is_not_sent_back) {
  hub.set(kPump, "name", Value::text("Pump"), kBeginningMs);
  site.talk(hub);
  STRCMP_EQUAL("Pump", site.says("name").c_str());
  LONGS_EQUAL(0, hub.kinds.size());
}

TEST(Reconciling, N6_a_deletion_is_said_until_upstream_has_receipted_it) {
  const auto grave = [&] { return site.replica->pile().entry(0).grave; };
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  STATUS_EQUAL(Status::ok, site.replica->bury(kPump, {documents::Side::local, "anna"}, site.utc));
  site.step(minutes(1));
  CHECK(grave() == state::GraveState::waiting);
  STATUS_EQUAL(Status::ok, site.cut_and_start());  // nobody knows any more what was said
  CHECK(grave() == state::GraveState::untold);
  site.step(minutes(1));
  site.step(minutes(1));
  CHECK(grave() == state::GraveState::waiting);
  stores::Offer offer;
  while (is_ok(site.on.queue->peek(stores::Choice::events, site.on.now, queue_room().out, offer))) {
    hub.hear(offer.bytes);
    STATUS_EQUAL(Status::ok, site.on.queue->acknowledge(offer.stream, offer.lane, offer.rows));
  }
  site.step(minutes(1));
  CHECK(grave() == state::GraveState::held);
  CHECK(site.is_equal_to(hub));
}

TEST(Reconciling, N4_a_link_that_comes_and_goes_costs_one_comparison_a_minute) {
  for (int times = 0; times < 20; ++times) {
    site.reconciling->link_up(site.on.now);
    site.step(seconds(1));
  }
  UNSIGNED_LONGLONGS_EQUAL(1, site.reconciling->counts().comparisons);
  site.step(minutes(1));
  UNSIGNED_LONGLONGS_EQUAL(2, site.reconciling->counts().comparisons);
}

TEST(Reconciling, N5_nothing_of_a_collection_that_stays_here_goes_up_by_whatever_way) {
  site.reconciling->set({.equipment = {.upstream = false}});
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  site.step(seconds(1));
  site.reconciling->link_up(site.on.now);
  site.talk(hub);
  site.reconciling->push_all();
  site.talk(hub);
  site.reconciling->pull_all();
  site.talk(hub);
  LONGS_EQUAL(0, hub.count());
  hub.set(kPump, "location", Value::text("Hall 3"), site.utc.at.ms + 1000);
  site.talk(hub);
  STRCMP_EQUAL("Hall 3", site.says("location").c_str());
  site.reconciling->set({});  // from now on it does
  site.step(flows::kCompareLeast);
  site.talk(hub);
  CHECK(site.is_equal_to(hub));
}

TEST(Reconciling, N7_what_was_stamped_by_a_wrong_clock_is_taken_back_when_it_is_set) {
  site.utc.at = site.utc.at + days(400);
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump of next year")));
  site.talk(hub);
  hub.set(kPump, "location", Value::text("Hall 3"), kBeginningMs);
  site.utc.at = site.utc.at - days(400);
  site.step();
  STRCMP_EQUAL("no document", site.says("name").c_str());
  UNSIGNED_LONGLONGS_EQUAL(1, site.reconciling->counts().comparisons);
}

TEST(Reconciling, N7_what_was_kept_out_for_a_clock_that_was_slow_comes_when_it_is_set) {
  site.utc.at = site.utc.at - days(1);
  site.step();
  hub.set(kPump, "location", Value::text("Hall 3"), kBeginningMs);
  site.talk(hub);
  STRCMP_EQUAL("no document", site.says("location").c_str());
  site.step(flows::kCompareLeast);
  site.utc.at = site.utc.at + days(1);
  site.talk(hub);
  STRCMP_EQUAL("Hall 3", site.says("location").c_str());
  CHECK(site.is_equal_to(hub));
}

TEST(Reconciling, each_collection_waits_as_long_as_its_settings_say) {
  const documents::DocumentId node{.collection = state::kNodes, .key = "gw-1"};
  site.reconciling->set({.equipment = {.debounce = seconds(20)}, .nodes = {.coalesces = false}});
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Gateway"), node));
  site.step();
  site.step();
  site.send_up(hub);
  LONGS_EQUAL(1, hub.kinds.size());
  site.step(seconds(19));
  site.send_up(hub);
  LONGS_EQUAL(1, hub.kinds.size());
  site.step(seconds(2));
  site.send_up(hub);
  LONGS_EQUAL(2, hub.kinds.size());
}

TEST(Reconciling, a_commit_has_as_many_changes_of_a_collection_as_its_settings_say) {
  const auto commits_for = [&](std::uint32_t batch, std::string_view prefix) {
    site.reconciling->set({.equipment = {.batch = batch}});
    for (int pump = 0; pump < 12; ++pump) {
      const std::string key = std::string(prefix) + std::to_string(pump);
      STATUS_EQUAL(Status::ok,
                   site.set("name", Value::text("Pump"), {.collection = "equipment", .key = key}));
    }
    site.step();
    const std::uint64_t before = site.on.queue->counters().commits;
    site.step(milliseconds(300));
    return site.on.queue->counters().commits - before;
  };
  UNSIGNED_LONGLONGS_EQUAL(2, commits_for(10, "a-"));
  UNSIGNED_LONGLONGS_EQUAL(3, commits_for(4, "b-"));
  UNSIGNED_LONGLONGS_EQUAL(1, commits_for(16, "c-"));
}

TEST(Reconciling, at_an_orderly_end_nothing_waits) {
  flows::SyncSettings settings;
  settings.equipment.debounce = minutes(10);
  site.reconciling->set(settings);
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  site.reconciling->finish(site.on.now, site.utc);
  site.send_up(hub);
  LONGS_EQUAL(1, hub.kinds.size());
}

TEST(Reconciling, both_edit_the_same_while_the_link_is_cut_and_then_agree_and_the_loser_is_told) {
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  site.talk(hub);
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Anna's pump")));
  for (int turn = 0; turn < 10; ++turn) site.step();
  hub.set(kPump, "name", Value::text("Hub's pump"), site.utc.at.ms + 1000);
  site.talk(hub);
  CHECK(site.is_equal_to(hub));
  STRCMP_EQUAL("Hub's pump", site.says("name").c_str());
  const std::uint64_t number = site.replica->audit().newest_number();
  const documents::AuditEntry* lost = site.replica->audit().find(number);
  STRCMP_EQUAL("Anna's pump", std::string(lost->value().as_text()).c_str());
  STRCMP_EQUAL("anna", lost->lost_author.c_str());
  STRCMP_EQUAL("hub", lost->won_author.c_str());
  STATUS_EQUAL(Status::ok, site.inbox->restore(number, {documents::Side::local, "anna"}, site.utc));
  site.talk(hub);
  CHECK(site.is_equal_to(hub));
  STRCMP_EQUAL("Anna's pump", site.says("name").c_str());
}

TEST(Reconciling,
     an_edit_from_upstream_that_the_schema_refuses_is_not_merged_and_upstream_is_told) {
  hub.set(kPump, "status", Value::text("on holiday"), kBeginningMs);
  site.talk(hub);
  STRCMP_EQUAL("no document", site.says("status").c_str());
  LONGS_EQUAL(1, hub.refusals);
  UNSIGNED_LONGLONGS_EQUAL(1, site.inbox->counts().refused);
  hub.set(kPump, "spin", Value::text("left"), kBeginningMs);  // of a later release
  STATUS_EQUAL(Status::not_found, site.set("spin", Value::text("right")));
  STATUS_EQUAL(Status::invalid, site.set("active", Value::integer(3)));
}

TEST(Reconciling, a_field_that_only_upstream_knows_is_kept) {
  hub.set(kPump, "spin", Value::text("left"), kBeginningMs);
  site.talk(hub);
  STRCMP_EQUAL("left", site.says("spin").c_str());
  STATUS_EQUAL(Status::ok, site.cut_and_start());
  STRCMP_EQUAL("left", site.says("spin").c_str());
}

TEST(Reconciling, an_edit_that_upstream_refuses_is_rolled_back_to_what_stood_there) {
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Pump")));
  site.talk(hub);
  STATUS_EQUAL(Status::ok, site.set("name", Value::text("Rude word")));
  STRCMP_EQUAL("Rude word", site.says("name").c_str());  // optimistic
  std::array<std::byte, documents::kMessageBytesMax> room;
  const documents::Refusal refusal{.id = kPump,
                                   .field = {documents::Part::desired, "name"},
                                   .stamp = site.replica->latest_own(),
                                   .why = "no rude words"};
  STATUS_EQUAL(Status::ok,
               hub.say({documents::MessageKind::refusal, documents::write_refusal(refusal, room)}));
  STATUS_EQUAL(Status::ok,
               hub.say({documents::MessageKind::refusal, documents::write_refusal(refusal, room)}));
  site.talk(hub);
  STRCMP_EQUAL("Pump", site.says("name").c_str());
  UNSIGNED_LONGLONGS_EQUAL(1, site.inbox->counts().rolled_back);  // the second one is stale
  CHECK(site.is_equal_to(hub));
  documents::Refusal again = refusal;  // what came back is refused as well: nothing comes of that
  again.stamp = site.replica->latest_own();
  STATUS_EQUAL(Status::ok,
               hub.say({documents::MessageKind::refusal, documents::write_refusal(again, room)}));
  site.talk(hub);
  STRCMP_EQUAL("", site.says("name").c_str());
}

TEST(Reconciling, payloads_that_are_none_are_counted_and_a_full_inbox_drops_and_counts) {
  STATUS_EQUAL(Status::ok, site.inbox->deliver(bytes_of("what is this?")));
  site.step();
  UNSIGNED_LONGLONGS_EQUAL(1, site.reconciling->counts().corrupt);
  const std::vector<std::byte> large(5000);
  Status status = Status::ok;
  while (is_ok(status)) status = site.inbox->deliver(large);
  STATUS_EQUAL(Status::full, status);
  UNSIGNED_LONGLONGS_EQUAL(1, site.inbox->counts().dropped);
  for (int turn = 0; turn < 5; ++turn) site.step();
  CHECK(site.inbox->front().empty());
}

TEST(Reconciling, everything_can_be_pushed_and_pulled_on_demand) {
  for (int key = 0; key < 20; ++key) {
    const std::string name = "pump-" + std::to_string(key);
    STATUS_EQUAL(Status::ok, site.set("name", Value::text(name), {"equipment", name}));
    site.step();
  }
  site.talk(hub);
  hub.all.clear();
  site.reconciling->push_all();
  LONGS_EQUAL(20, site.reconciling->left_to_push());
  site.step();
  LONGS_EQUAL(12, site.reconciling->left_to_push());
  site.talk(hub);
  CHECK(site.is_equal_to(hub));
  hub.set({"nodes", "n1"}, "name", Value::text("bus"), kBeginningMs);
  hub.down.clear();  // lost on the way
  site.reconciling->pull_all();
  site.talk(hub);
  CHECK(site.is_equal_to(hub));
}

// Partitions, losses, repeats, wrong order and power cuts, on both sides of a link.
TEST(Reconciling, whatever_the_link_and_the_power_do_both_end_equal) {
  site.end();  // one engine at a time
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Random luck(seed);
    SiteOnSim here(seed);
    HubOnDesk there;
    STATUS_EQUAL(Status::ok, here.start());
    for (int round = 0; round < 150; ++round) {
      const std::string key = "pump-" + std::to_string(luck.below(6));
      const std::string text = "value " + std::to_string(round);
      const Value value = Value::text(text);  // a view: the text outlives it
      const char* field = luck.chance(1, 2) ? "name" : "location";
      switch (luck.below(10)) {
        case 0:
        case 1:
        case 2: static_cast<void>(here.set(field, value, {"equipment", key})); break;
        case 3:
        case 4: there.set({"equipment", key}, field, value, here.utc.at.ms); break;
        case 5: here.send_up(there); break;
        case 6:
          if (there.down.size() > 1) std::swap(there.down.front(), there.down.back());
          if (luck.chance(1, 3) && !there.down.empty()) there.down.pop_front();
          here.send_down(there);
          break;
        case 7:
          if (luck.chance(1, 3)) STATUS_EQUAL(Status::ok, here.cut_and_start());
          break;
        case 8:
          static_cast<void>(
              here.inbox->remove({"equipment", key}, {documents::Side::local, "anna"}, here.utc));
          break;
        default: here.step(seconds(static_cast<std::int64_t>(luck.below(20)))); break;
      }
    }
    for (int again = 0; again < 3; ++again) {
      here.step(minutes(2));
      here.reconciling->link_up(here.on.now);
      here.talk(there);
    }
    CHECK_TEXT(here.is_equal_to(there), ("seed " + std::to_string(seed)).c_str());
  }
}
