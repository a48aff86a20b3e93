#include "stores/telemetry/scan_times.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <vector>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

constexpr std::uint32_t kBlocks = 8, kBlockBytes = 1024, kNoLimit = 100;

}  // namespace

TEST_GROUP(ScanTimesOfOneBus) {
  std::array<BlockHeader, kBlocks> headers{};
  std::array<std::byte, std::size_t{kBlocks} * kBlockBytes> bytes{};
  BlockPool pool{headers, bytes, kBlockBytes};
  ScanTimes times;
  std::vector<std::int64_t> given_ms;

  void scan_at(std::int64_t at_ms) {
    const Result<std::uint32_t> scan = times.append({at_ms}, pool, kNoLimit);
    CHECK(scan.ok());
    UNSIGNED_LONGS_EQUAL(given_ms.size(), scan.value());
    given_ms.push_back(at_ms);
  }

  void check_all() {
    for (std::uint32_t i = 0; i < given_ms.size(); ++i) {
      LONGLONGS_EQUAL(given_ms[i], times.at(i, pool).ms);
    }
    ScanCursor cursor(times, pool);
    for (std::uint32_t next = 0; next < given_ms.size();) {
      const ScanCursor::Piece piece =
          cursor.next(next, static_cast<std::uint32_t>(given_ms.size()) - next);
      for (std::uint32_t i = 0; i < piece.count; ++i) {
        LONGLONGS_EQUAL(given_ms[next + i], piece.at.ms + std::int64_t{piece.step_ms} * i);
      }
      next += piece.count;
    }
  }
};

TEST(ScanTimesOfOneBus, a_day_of_regular_scans_takes_two_blocks_and_hardly_a_byte) {
  for (std::int64_t second = 0; second < 86'400; ++second) scan_at(second * 1000 + 17);
  UNSIGNED_LONGS_EQUAL(2, times.blocks());
  LONGLONGS_EQUAL(86'399'017, times.last_at().ms);
  LONGLONGS_EQUAL(40'000'017, times.at(40'000, pool).ms);
}

TEST(ScanTimesOfOneBus, moments_that_jitter_are_kept_to_the_millisecond_at_a_byte_each) {
  Random random(1);
  for (std::int64_t second = 0; second < 4000; ++second) {
    scan_at(second * 1000 + random.between(0, 9));
  }
  check_all();
  UNSIGNED_LONGS_EQUAL(4000 / kBlockBytes + 2, times.blocks());
}

TEST(ScanTimesOfOneBus, pauses_changes_of_period_and_equal_moments_are_kept) {
  std::int64_t at_ms = 0;
  for (const std::int64_t period_ms : {1000, 250, 0, 100'000, 7, 1000}) {
    for (std::uint32_t i = 0; i < 30; ++i) scan_at(at_ms += period_ms);
    scan_at(at_ms += 86'400'000);
  }
  check_all();
}

TEST(ScanTimesOfOneBus, a_new_period_is_told_once_and_then_foretold) {
  for (std::int64_t i = 0; i < 20; ++i) scan_at(i * 1000);
  for (std::int64_t i = 0; i < 5000; ++i) scan_at(20'000 + i * 2000);
  UNSIGNED_LONGS_EQUAL(1, times.blocks());
  check_all();
}

TEST(ScanTimesOfOneBus, beyond_its_blocks_a_scan_gets_no_number_until_old_ones_are_dropped) {
  Random random(1);
  std::int64_t at_ms = 0;
  while (times.append({at_ms}, pool, 2).ok()) at_ms += 1000 + random.between(0, 30);
  UNSIGNED_LONGS_EQUAL(2, times.blocks());
  times.drop_before({at_ms / 2 + 100'000}, pool);
  UNSIGNED_LONGS_EQUAL(1, times.blocks());
  CHECK(times.append({at_ms}, pool, 2).ok());
}

TEST(ScanTimesOfOneBus, starts_again_after_everything_was_dropped) {
  for (std::int64_t i = 0; i < 10; ++i) scan_at(i * 1000);
  times.drop_before({1'000'000}, pool);
  CHECK(times.empty());
  UNSIGNED_LONGS_EQUAL(kBlocks, pool.free_count());
  scan_at(2'000'000);
  LONGLONGS_EQUAL(2'000'000, times.at(10, pool).ms);
}
