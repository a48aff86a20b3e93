// hal/network.h, clause by clause. That the state is that of the default route (3) is shown where
// there are several interfaces.
#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"

using namespace hf;
using hal::Carrier;

TEST_GROUP(NetworkContract) {
  std::unique_ptr<contract::BoardUnderTest> world = contract::make_board_under_test();
  hal::NetworkState state() { return world->board().network.state(); }
};

TEST(NetworkContract, clause_1_without_a_change_nothing_is_counted) {
  const hal::NetworkState before = state();
  world->pass(milliseconds(20));
  const hal::NetworkState after = state();
  if (before.carrier == after.carrier) UNSIGNED_LONGS_EQUAL(before.changes, after.changes);
}

TEST(NetworkContract, clause_1_each_change_of_the_carrier_is_counted) {
  HF_NEEDS(world->set_carrier(Carrier::up));
  world->pass(milliseconds(20));
  std::uint32_t changes = state().changes;
  for (const Carrier carrier : {Carrier::down, Carrier::up, Carrier::down}) {
    CHECK(world->set_carrier(carrier));
    world->pass(milliseconds(20));
    CHECK(state().changes > changes);
    changes = state().changes;
  }
}

TEST(NetworkContract, clause_2_the_carrier_is_told_up_and_down) {
  HF_NEEDS(world->set_carrier(Carrier::down));
  world->pass(milliseconds(20));
  CHECK(state().carrier == Carrier::down);
  CHECK(world->set_carrier(Carrier::up));
  world->pass(milliseconds(20));
  CHECK(state().carrier == Carrier::up);
}
