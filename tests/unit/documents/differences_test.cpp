#include "documents/differences.h"

#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

namespace {

std::vector<Digest> marks(const Copy& copy) {
  std::vector<Digest> all(copy.view().field_count());
  marks_of(copy.view(), all);
  return all;
}

}  // namespace

TEST_GROUP(Differences) {
  Copy site{Side::local, "anna"};
  Copy hub{Side::upstream, "hub"};
  std::unique_ptr<Document> delta = std::make_unique<Document>();

  void sync_by_marks(Copy & from, Copy & to) {
    difference(from.view(), marks(to), *delta);
    to.hears(copied(delta->view().bytes()));
  }
};

TEST(Differences, travel_and_nothing_else) {
  for (int i = 0; i < 20; ++i) site.writes(desired("f" + std::to_string(i)), i, 10 + i);
  hub.hears(site);
  site.writes(desired("f7"), 70, 100);
  difference(site.view(), marks(hub), *delta);
  LONGS_EQUAL(1, delta->view().field_count());
  sync_by_marks(site, hub);
  CHECK(hub.bytes() == site.bytes());
}

TEST(Differences, of_both_directions_make_both_ends_equal) {
  site.writes(desired("a"), 1, 10);
  hub.writes(desired("a"), 2, 11);
  hub.writes(desired("b"), 3, 12);
  const std::vector<Digest> before = marks(site);
  sync_by_marks(site, hub);
  difference(hub.view(), before, *delta);
  site.hears(copied(delta->view().bytes()));
  CHECK(hub.bytes() == site.bytes());
}

TEST(Differences, of_a_deleted_document_are_its_grave) {
  site.writes(desired("a"), 1, 10);
  hub.hears(site);
  site.deletes(20);
  sync_by_marks(site, hub);
  CHECK(hub.view().is_tombstone());
}

TEST(Differences, in_a_new_life_are_all_fields_even_those_that_look_the_same) {
  hub.writes(desired("a"), 1, 10);
  site.hears(hub);
  site.deletes(20);
  site.writes(desired("a"), 1, 30);
  sync_by_marks(site, hub);
  CHECK(hub.bytes() == site.bytes());
}

TEST(Differences, are_shown_by_digests_that_do_not_depend_on_the_order_of_documents) {
  site.writes(desired("a"), 1, 10);
  const auto other = std::make_unique<Document>();
  other->begin({.collection = "equipment", .key = "fan-2"});
  CollectionDigest one;
  CollectionDigest two;
  one.add(site.view());
  one.add(other->view());
  two.add(other->view());
  two.add(site.view());
  CHECK(one.whole() == two.whole());
  CHECK(one.whole() != 0);
  one.remove(site.view());
  CHECK(one.whole() != two.whole());
  const std::uint32_t bucket = CollectionDigest::bucket_of(kPump);
  CHECK(one.buckets()[bucket] != two.buckets()[bucket]);
  one.remove(other->view());
  CHECK(one.whole() == 0);
}

TEST(Differences, are_seen_by_a_digest_that_is_the_same_on_every_machine) {
  const auto empty = std::make_unique<Document>();
  empty->begin(kPump);
  UNSIGNED_LONGLONGS_EQUAL(0xBA8A2A279E1E5943ULL, digest_of(empty->view()));
}
