// When the uplink wants to be called: a loop that is told "at once" for ever never sleeps.
#include <CppUTest/TestHarness.h>

#include "tests/support/uplink_bench.h"

using namespace hf;
using namespace hf::test;

TEST_GROUP(UplinkWaking){};

TEST(UplinkWaking, with_nothing_to_do_it_wants_to_be_called_later_and_not_at_once) {
  UplinkBench bench(1);
  bench.pass(minutes(2));
  CHECK(bench.drain(minutes(1)));
  CHECK(bench.uplink->step(bench.on.now) > bench.on.now);
}
