// The uplink against brokers and hubs as they are in the field: nothing lost, nothing twice, live
// first, and memory that does not grow.
#include <CppUTest/TestHarness.h>

#include "tests/support/uplink_bench.h"

using namespace hf;
using namespace hf::test;

TEST_GROUP(Uplink) {
  std::optional<UplinkBench> bench;
  void setup() override { bench.emplace(1); }
};

TEST(Uplink, what_is_kept_arrives_and_is_forgotten_when_the_hub_has_it) {
  bench->pass(minutes(2));
  bench->keep_event();
  CHECK(bench->drain(minutes(1)));
  bench->check_all_there();
  LONGS_EQUAL(1, bench->counts.connections);
  CHECK(bench->counts.receipts > 0);
  LONGS_EQUAL(0, bench->counts.rows_sent_again);
}
