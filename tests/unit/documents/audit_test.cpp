#include "documents/audit.h"

#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

namespace {

constexpr UtcTime kNoticed{123};

// What a store does: keeps every loss it is told.
class Auditor final : public LossSink {
 public:
  explicit Auditor(std::span<AuditEntry> room) : ring(room) {}
  void lost(const Loss& loss) override { ring.keep(loss, kNoticed); }
  AuditRing ring;
};

}  // namespace

TEST_GROUP(Audit) {
  std::array<AuditEntry, 3> room{};
  Auditor audit{room};
  Copy site{Side::local, "anna"};
  Copy hub{Side::upstream, "hub"};
  std::unique_ptr<Document> merged = std::make_unique<Document>();

  void hear(const Copy& ours, const Copy& theirs) {
    merge(ours.view(), theirs.view(), Policy::last_write, *merged, audit);
  }
  // A loss of `value` at the site, told to the audit.
  void lose(std::int64_t value) {
    Copy fresh{Side::local, "anna"};
    fresh.writes(desired("a"), value, value);
    Copy winner{Side::upstream, "hub"};
    winner.writes(desired("a"), 0, 1000);
    hear(fresh, winner);
  }
};

TEST(Audit, U1_keeps_the_newest_losses_and_counts_those_that_had_to_go) {
  for (std::int64_t value = 1; value <= 5; ++value) lose(value);
  LONGS_EQUAL(5, audit.ring.newest_number());
  LONGS_EQUAL(3, audit.ring.oldest_number());
  LONGS_EQUAL(2, audit.ring.forgotten_count());
  LONGS_EQUAL(3, audit.ring.find(3)->value().as_integer());
  LONGS_EQUAL(5, audit.ring.find(5)->value().as_integer());
}

TEST(Audit, U2_a_loss_that_arrives_again_pushes_nothing_out) {
  lose(1);
  lose(2);
  lose(1);
  lose(2);
  LONGS_EQUAL(2, audit.ring.newest_number());
}

TEST(Audit, U3_a_number_names_its_entry_or_nothing) {
  for (std::int64_t value = 1; value <= 5; ++value) lose(value);
  POINTERS_EQUAL(nullptr, audit.ring.find(0));
  POINTERS_EQUAL(nullptr, audit.ring.find(2));
  POINTERS_EQUAL(nullptr, audit.ring.find(6));
  LONGS_EQUAL(4, audit.ring.find(4)->number);
}

TEST(Audit, U4_what_is_restored_is_a_new_edit_of_whoever_restores) {
  site.writes(desired("note"), Value::text("keep off"), 10);
  hub.writes(desired("note"), Value::text("all clear"), 11);
  hear(site, hub);
  site.hears(hub);
  const AuditEntry& entry = *audit.ring.find(1);
  CHECK(entry.value().as_text() == "keep off");
  CHECK(entry.lost_author.view() == "anna");
  CHECK(entry.won_author.view() == "hub");
  CHECK(entry.reason == LossReason::policy);
  CHECK(entry.noticed_at == kNoticed);

  const Change change = restored(entry);
  CHECK(is_ok(edit(site.view(), {&change, 1}, site.signature(20), *merged)));
  const Bytes delta = copied(merged->view().bytes());
  hub.hears(delta);
  Field field;
  CHECK(hub.view().find(desired("note"), field));
  CHECK(in_effect(field, Policy::last_write)->value.as_text() == "keep off");
}
