// What gateways say of the chain of their activity: gone back, forked, or going on.
#include "tools/hub/storage/activity_chain.h"

#include <CppUTest/TestHarness.h>

#include "tests/hub/store_under_test.h"
#include "tools/hub/serving/worker.h"

namespace hf::hub {
namespace {

constexpr UtcTime kNow{1'763'600'000'000};

}  // namespace

TEST_GROUP(ActivityChain) {
  test::StoreUnderTest store;
  std::unique_ptr<Sql> sql = store.open();
  Worker worker{*sql, {}};

  // Says in a health message: entry `number` has a digest of this digit. Whether it was told.
  bool is_told(int boot, int uptime_s, int number, char digit) {
    const std::string text =
        R"({"v":1,"gateway":"g1","online":true,"boot":"000000000000000)" + std::to_string(boot) +
        R"(","uptime_ms":)" + std::to_string(uptime_s * 1000) + R"(,"activity":{"number":)" +
        std::to_string(number) + R"(,"digest":")" + std::string(64, digit) + R"("}})";
    worker.take({"holdfast/v1/default/g1/health", text});
    worker.commit(kNow);
    return !worker.take_broken_chains().empty();
  }
  KnownChain chain() { return ActivityChain(*sql).find(1).value(); }
};

TEST(ActivityChain, one_that_grows_over_restarts_is_well) {
  CHECK_FALSE(is_told(1, 10, 5, 'a'));
  CHECK_FALSE(is_told(1, 70, 5, 'a'));
  CHECK_FALSE(is_told(1, 130, 9, 'b'));
  CHECK_FALSE(is_told(2, 5, 9, 'b'));
  CHECK_FALSE(is_told(2, 65, 12, 'c'));
  CHECK(chain().fault == ChainFault::none);
  UNSIGNED_LONGLONGS_EQUAL(12, chain().last.number);
}

TEST(ActivityChain, H1_one_that_goes_back_is_told_and_stays_told_until_somebody_accepts) {
  CHECK_FALSE(is_told(1, 10, 812, 'a'));
  CHECK(is_told(2, 10, 3, 'b'));
  CHECK_FALSE(is_told(2, 70, 4, 'c'));
  CHECK(is_told(3, 10, 2, 'd'));
  STRCMP_EQUAL("went back from entry 812 to 3", chain_text(chain()).c_str());
  CHECK(ActivityChain(*sql).accept(1));
  CHECK_FALSE(ActivityChain(*sql).accept(1));
  CHECK_FALSE(is_told(3, 70, 5, 'e'));
  CHECK(chain().fault == ChainFault::none);
}

TEST(ActivityChain, H1_one_that_says_another_digest_for_the_same_entry_has_forked) {
  CHECK_FALSE(is_told(1, 10, 7, 'a'));
  CHECK(is_told(2, 10, 7, 'b'));
  STRCMP_EQUAL("has another digest for entry 7 than before", chain_text(chain()).c_str());
}

TEST(ActivityChain, H2_what_comes_late_or_twice_is_no_fault) {
  CHECK_FALSE(is_told(1, 10, 3, 'a'));
  CHECK_FALSE(is_told(1, 70, 5, 'b'));
  CHECK_FALSE(is_told(1, 10, 3, 'a'));  // held back by another worker
  CHECK_FALSE(is_told(2, 10, 6, 'c'));
  CHECK_FALSE(is_told(1, 70, 5, 'b'));  // over a restart too
  CHECK_FALSE(is_told(2, 10, 6, 'c'));
  UNSIGNED_LONGLONGS_EQUAL(6, chain().last.number);
}

}  // namespace hf::hub
