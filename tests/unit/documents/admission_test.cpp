#include "documents/admission.h"

#include "tests/unit/documents/copies.h"

using namespace hf;
using namespace hf::documents;

TEST_GROUP(Admission) {
  Copy site{Side::local, "anna"};
  Copy hub{Side::upstream, "hub"};
  const Stamp ceiling{100, 0, {0}};
  ToldLosses losses;
  std::unique_ptr<Document> admitted = std::make_unique<Document>();
};

TEST(Admission, A1_keeps_what_can_be_believed_and_nothing_else) {
  site.writes(desired("a"), 1, 50);
  hub.writes(desired("b"), 2, 60);
  hub.hears(site);
  const Bytes believed = hub.bytes();
  hub.writes(desired("c"), 3, 1000);
  hub.writes(desired("a"), 4, 1001);  // replaces the site's, by somebody years ahead
  CHECK_FALSE(is_believed(hub.view(), ceiling));
  admit(hub.view(), ceiling, *admitted, losses);
  CHECK(is_believed(admitted->view(), ceiling));
  site.hears(copied(admitted->view().bytes()));
  CHECK(site.bytes() == believed);
}

TEST(Admission, A2_tells_every_write_it_keeps_out) {
  hub.writes(desired("a"), 1, 50);
  hub.writes(desired("b"), 2, 1000);
  hub.writes(desired("c"), 3, 1001);
  admit(hub.view(), ceiling, *admitted, losses);
  CHECK(losses.told ==
        (std::vector<std::string>{"b=2 by hub ahead_of_time", "c=3 by hub ahead_of_time"}));
}

TEST(Admission, A3_believes_nothing_of_a_life_that_begins_in_the_future) {
  hub.writes(desired("a"), 1, 50);
  hub.deletes(1000);
  hub.writes(desired("a"), 2, 1001);
  admit(hub.view(), ceiling, *admitted, losses);
  CHECK_FALSE(admitted->view().lives());
  CHECK_FALSE(admitted->view().grave().present());
  LONGS_EQUAL(1, losses.told.size());
}

TEST(Admission, of_what_is_believed_as_it_is_changes_no_byte) {
  hub.writes(desired("a"), 1, 50);
  hub.deletes(60);
  hub.writes(desired("a"), 1, 70);
  admit(hub.view(), ceiling, *admitted, losses);
  CHECK(copied(admitted->view().bytes()) == hub.bytes());
  CHECK(losses.told.empty());
}
