// What was deleted is forgotten at the hub: once its gateway held it long enough, and for good.
#include "tools/hub/mirror/graveyard.h"

#include "tests/hub/mirror_on_desk.h"
#include "tests/support/status_equal.h"

namespace hf::hub {
namespace {

const documents::DocumentId kPump = test::kMirroredPump;

}  // namespace

TEST_GROUP_BASE(HubGraveyard, test::MirrorOnDesk){};

TEST(HubGraveyard, G1_G3_a_deletion_that_both_ends_hold_is_forgotten_after_thirty_days_for_good) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  const documents::DocumentId other{"equipment", "pump-2"};
  set("Pump");
  set("Other", other);
  talk({&worker});
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).remove(id, kPump, "ops", now));
  site.bury(other, now.ms);  // said by its gateway, so held there
  talk({&worker});
  site.compare();  // as after each connect
  talk({&worker});
  const UtcTime held = now;
  now = held + days(29);
  worker.let_go(now);
  CHECK_FALSE(body().empty());
  now = held + days(30) + minutes(1);
  worker.let_go(now);
  CHECK(body().empty());
  LONGS_EQUAL(0, DocumentTable(*sql).all_of(id).count());
  // The gateway has not forgotten yet, and says so with each comparison.
  site.compare();
  talk({&worker});
  LONGS_EQUAL(0, DocumentTable(*sql).all_of(id).count());
  site.all.clear();
  site.compare();
  talk({&worker}, 3);
  LONGS_EQUAL(0, site.all.size());
  CHECK(are_alike());
}

TEST(HubGraveyard, G1_a_deletion_that_its_gateway_has_not_heard_of_is_never_forgotten) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  set("Pump");
  talk({&worker});
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).remove(id, kPump, "ops", now));
  sql->query("DELETE FROM errand");  // nobody is there to carry it to
  now = now + days(90);
  worker.let_go(now);
  CHECK_FALSE(body().empty());
  set("Pump of old");  // it lives on over there
  site.compare();
  talk({&worker});
  CHECK(are_alike());
  STRCMP_EQUAL("nothing", site.says(kPump, "name").c_str());
}

TEST(HubGraveyard, G1_a_deletion_that_its_gateway_forgot_long_ago_is_not_told_to_it_for_ever) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  set("Pump");
  talk({&worker});
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).remove(id, kPump, "ops", now));
  talk({&worker});
  now = now + days(31);
  site.all.clear();  // held it for a month, and no comparison ever came by
  set("Fan", {"equipment", "fan-1"});
  for (int number = 0; number < 64; ++number)
    set("Fan", {"equipment", "f" + std::to_string(number)});
  site.frames.clear();
  site.refuses_long_gone = true;
  site.compare();
  talk({&worker});
  now = now + days(30) + minutes(1);
  worker.let_go(now);
  CHECK(body().empty());
  CHECK(are_alike());
}

TEST(HubGraveyard, G2_a_document_that_began_anew_is_not_forgotten_for_the_grave_before) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  set("Pump");
  talk({&worker});
  site.bury(kPump, now.ms);
  talk({&worker});
  now = now + days(20);
  set("Pump again");
  talk({&worker});
  now = now + days(20);
  worker.let_go(now);
  CHECK_FALSE(body().empty());
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).remove(id, kPump, "ops", now));
  now = now + days(20);  // not held by its gateway yet
  worker.let_go(now + hours(2));
  CHECK_FALSE(body().empty());
}

}  // namespace hf::hub
