#include "documents/merge.h"

#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr std::array kAllPolicies{Policy::last_write, Policy::gateway_wins, Policy::upstream_wins,
                                  Policy::manual};
const FieldName kSpeed = desired("speed");

}  // namespace

TEST_GROUP(Merge) {
  Copy site{Side::local, "anna"};
  Copy hub{Side::upstream, "hub"};
  Copy machine{Side::gateway, "gateway"};

  void sync() {
    site.hears(hub);
    hub.hears(site);
    CHECK(site.bytes() == hub.bytes());
  }
};

TEST(Merge, M1_versions_merge_to_the_same_bytes_in_any_order_and_number) {
  const Bytes first = site.writes(kSpeed, 1, 10);
  const Bytes second = hub.writes(kSpeed, 2, 11);
  const Bytes third = hub.writes(desired("note"), 3, 12);
  Copy one{Side::upstream, "one"};
  Copy other{Side::upstream, "two"};
  for (const Bytes& delta : {first, second, third}) one.hears(delta);
  for (const Bytes& delta : {third, first, third, second, first}) other.hears(delta);
  CHECK(one.bytes() == other.bytes());
}

TEST(Merge, M2_a_deletion_ends_everything_written_without_knowing_of_it) {
  site.writes(kSpeed, 1, 10);
  sync();
  hub.deletes(20);
  const Bytes later = site.writes(kSpeed, 2, 30);  // later by stamp, and nobody had told the site
  sync();
  CHECK(site.view().is_tombstone());
  hub.hears(later);
  CHECK(hub.view().is_tombstone());
}

TEST(Merge, M2_what_is_created_after_a_deletion_is_a_new_life_without_the_old_fields) {
  site.writes(kSpeed, 1, 10);
  const Bytes old_note = site.writes(desired("note"), 1, 11);
  sync();
  hub.deletes(20);
  hub.writes(kSpeed, 5, 30);
  site.hears(hub);
  LONGS_EQUAL(5, site.says(kSpeed));
  site.hears(old_note);
  LONGS_EQUAL(-1, site.says(desired("note")));
}

TEST(Merge, M2_both_ends_may_begin_the_same_document_and_neither_loses_a_field) {
  site.writes(kSpeed, 1, 10);
  hub.writes(desired("note"), 2, 11);
  sync();
  LONGS_EQUAL(1, hub.says(kSpeed));
  LONGS_EQUAL(2, site.says(desired("note")));
}

TEST(Merge, M3_the_later_write_is_in_effect) {
  site.writes(kSpeed, 1, 10);
  hub.writes(kSpeed, 2, 11);
  sync();
  LONGS_EQUAL(2, site.says(kSpeed));
}

TEST(Merge, M3_who_has_seen_a_write_replaces_it_under_every_policy) {
  for (const Policy policy : kAllPolicies) {
    Copy one{Side::local, "anna", policy};
    Copy two{Side::upstream, "hub", policy};
    one.writes(kSpeed, 1, 10);
    two.hears(one);
    two.writes(kSpeed, 2, 11);
    one.hears(two);
    LONGS_EQUAL(2, one.says(kSpeed));
    one.writes(kSpeed, 3, 12);
    two.hears(one);
    LONGS_EQUAL(3, two.says(kSpeed));
    CHECK_FALSE(two.contested(kSpeed));
  }
}

TEST(Merge, M3_what_was_seen_stays_seen_when_a_colleague_who_had_not_writes_later) {
  // The case in which keeping `seen` with the write instead of the field would not be associative.
  const Bytes by_site = site.writes(kSpeed, 1, 5);
  Copy knowing{Side::upstream, "hub"};
  knowing.hears(by_site);
  const Bytes by_knowing = knowing.writes(kSpeed, 2, 10);
  Copy unknowing{Side::upstream, "far"};
  const Bytes by_unknowing = unknowing.writes(kSpeed, 3, 20);

  Copy first{Side::upstream, "one"};
  for (const Bytes& delta : {by_site, by_knowing, by_unknowing}) first.hears(delta);
  Copy second{Side::upstream, "two"};
  for (const Bytes& delta : {by_knowing, by_unknowing, by_site}) second.hears(delta);
  CHECK(first.bytes() == second.bytes());
  CHECK_FALSE(first.contested(kSpeed));
}

TEST(Merge, M3_two_devices_that_believe_they_are_one_still_agree) {
  Copy original{Side::upstream, "hub"};
  Copy clone{Side::upstream, "hub"};
  const Bytes a = original.writes(kSpeed, 1, 10);
  const Bytes b = clone.writes(kSpeed, 2, 10);  // the same stamp
  original.hears(b);
  clone.hears(a);
  CHECK(original.bytes() == clone.bytes());
}

TEST(Merge, M4_too_many_fields_leave_the_same_ones_at_both_ends) {
  for (int i = 0; i < 40; ++i) {
    site.writes(desired("s" + std::to_string(i)), i, 100 + i);
    hub.writes(desired("h" + std::to_string(i)), i, 100 + i);
  }
  sync();
  LONGS_EQUAL(limits::kDocumentFieldsMax, site.view().field_count());
  LONGS_EQUAL(80 - limits::kDocumentFieldsMax, site.told().size());  // its own, the last by name
}

TEST(Merge, M5_the_policy_decides_what_is_in_effect_and_moves_no_byte) {
  struct Case {
    Policy policy;
    int in_effect;
  };
  constexpr std::array kCases{
      Case{.policy = Policy::last_write, .in_effect = 2},
      Case{.policy = Policy::gateway_wins, .in_effect = 1},
      Case{.policy = Policy::upstream_wins, .in_effect = 2},
      Case{.policy = Policy::manual, .in_effect = 1},
  };
  Bytes first_bytes;
  for (const Case& c : kCases) {
    Copy one{Side::local, "anna", c.policy};
    Copy two{Side::upstream, "hub", c.policy};
    one.writes(kSpeed, 1, 10);
    two.writes(kSpeed, 2, 11);
    one.hears(two);
    LONGS_EQUAL(c.in_effect, one.says(kSpeed));
    if (first_bytes.empty()) first_bytes = one.bytes();
    CHECK(one.bytes() == first_bytes);
  }
}

TEST(Merge, manual_keeps_both_until_someone_chooses) {
  Copy one{Side::local, "anna", Policy::manual};
  Copy two{Side::upstream, "hub", Policy::manual};
  one.writes(kSpeed, 1, 10);
  two.writes(kSpeed, 2, 11);
  one.hears(two);
  two.hears(one);
  CHECK(one.contested(kSpeed));
  CHECK(one.told().empty());
  two.writes(kSpeed, 2, 20);  // the choice
  one.hears(two);
  CHECK_FALSE(one.contested(kSpeed));
  LONGS_EQUAL(2, one.says(kSpeed));
  LONGS_EQUAL(2, one.told().size());  // both of the old writes are over, and both are told
}

TEST(Merge, tells_who_lost_to_whom_and_why) {
  site.writes(kSpeed, 5, 10);
  site.writes(kSpeed, 6, 11);
  CHECK(site.told() == std::vector<std::string>{"speed=5 by anna overwritten, 11 by anna won"});

  hub.writes(kSpeed, 9, 12);
  site.hears(hub);
  CHECK(site.told().back() == "speed=6 by anna policy, 12 by hub won");
  hub.deletes(20);
  site.hears(hub);
  CHECK(site.told().back() == "speed=9 by hub deleted, 20 by hub won");
  LONGS_EQUAL(3, site.told().size());
}

TEST(Merge, tells_a_late_arrival_that_changes_nothing) {
  const Bytes late = site.writes(kSpeed, 1, 10);
  hub.writes(kSpeed, 2, 11);
  hub.hears(late);
  CHECK(hub.told() == std::vector<std::string>{"speed=1 by anna policy, 11 by hub won"});
  hub.hears(late);  // again: now it is nothing new
  LONGS_EQUAL(1, hub.told().size());
}

TEST(Merge, keeps_fields_that_nobody_here_knows) {
  hub.writes(desired("of_a_release_to_come"), 7, 10);
  machine.writes(reported("status"), 1, 11);
  machine.hears(hub);
  LONGS_EQUAL(7, machine.says(desired("of_a_release_to_come")));
}
