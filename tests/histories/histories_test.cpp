#include <CppUTest/TestHarness.h>

#include <memory>
#include <string>

#include "tests/histories/bugs.h"
#include "tests/histories/world.h"

using namespace hf::histories;

namespace {

constexpr std::uint64_t kFew = 50'000;    // half a second; tools/histories runs millions
constexpr std::uint64_t kMany = 500'000;  // a planted bug is noticed long before

template <typename Rules>
struct Verdict {
  const char* broken = nullptr;
  std::uint64_t seed = 0;
};

template <typename Rules>
Verdict<Rules> run_histories(std::uint64_t count) {
  static World<Rules> world;
  for (std::uint64_t seed = 1; seed <= count; ++seed) {
    if (const char* broken = world.run(seed)) return {.broken = broken, .seed = seed};
  }
  return {};
}

template <typename Rules>
void expect_caught(std::string_view promise) {
  const Verdict<Rules> verdict = run_histories<Rules>(kMany);
  const char* broken = verdict.broken == nullptr ? "nobody noticed" : verdict.broken;
  CHECK_TEXT(std::string_view(broken).starts_with(promise), broken);
}

}  // namespace

TEST_GROUP(Histories){};

TEST(Histories, keep_every_promise) {
  const auto verdict = run_histories<AsPromised>(kFew);
  if (verdict.broken != nullptr) {
    const std::string text = std::string(verdict.broken) + ": tools/histories --count 1 --seed " +
                             std::to_string(verdict.seed);
    FAIL(text.c_str());
  }
}

TEST(Histories, notice_a_missing_tie_break) { expect_caught<WithoutTieBreak>("convergence"); }
TEST(Histories, notice_stamps_that_are_always_believed) {
  expect_caught<WithoutSkewBound>("stamps:");
}
TEST(Histories, notice_a_tombstone_forgotten_too_soon) {
  expect_caught<WithShortTombstones>("resurrection");
}
TEST(Histories, notice_a_tombstone_forgotten_before_everybody_knows) {
  expect_caught<WithoutAcknowledgement>("resurrection");
}
TEST(Histories, notice_stamps_used_before_they_are_reserved) {
  expect_caught<WithoutReservation>("stamps: strictly increasing");
}
TEST(Histories, notice_a_lost_audit_entry) { expect_caught<WithLostAuditEntry>("audit"); }
