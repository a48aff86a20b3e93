#include "stores/telemetry/run_column.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <vector>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

struct Mark {
  std::uint32_t tick;
  Timeline timeline;
  Quality quality;
  friend bool operator==(const Mark&, const Mark&) = default;
};

}  // namespace

TEST_GROUP(RunColumn) {
  std::array<std::byte, 8192> bytes{};
  BlockHeader header;
  RunWriter writer;
  std::vector<Mark> given;

  void begin(const Run& first) { writer.begin(header, first); }

  void append(const Run& run, std::uint32_t count) {
    const std::uint32_t foretold = writer.bytes_for({&run, 1});
    const std::uint32_t before = header.run_bytes;
    writer.append(run, count, header, bytes);
    CHECK(header.run_bytes - before <= foretold);
    header.count = static_cast<std::uint16_t>(header.count + count);
    for (std::uint32_t i = 0; i < count; ++i) {
      given.push_back({run.tick_of(i), run.timeline, run.quality});
    }
  }
  void append(const Run& run) { append(run, run.count); }

  void check(std::uint32_t most) {
    std::vector<Mark> read;
    for (RunReader reader(header, bytes); reader.left() > 0;) {
      const Run run = reader.next(most);
      CHECK(run.count > 0 && run.count <= most);
      for (std::uint32_t i = 0; i < run.count; ++i) {
        read.push_back({run.tick_of(i), run.timeline, run.quality});
      }
    }
    CHECK(read == given);
  }
};

TEST(RunColumn, one_regular_run_takes_no_byte_however_long) {
  Run run{.tick = 100, .step = 1, .count = 64, .timeline = 1};
  begin(run);
  for (std::uint32_t i = 0; i < 900; ++i, run.tick += 64) append(run);
  UNSIGNED_LONGS_EQUAL(0, header.run_bytes);
  check(1000);
}

TEST(RunColumn, a_lost_scan_takes_few_bytes) {
  begin({.tick = 0, .step = 1, .timeline = 1});
  append({.tick = 0, .step = 1, .count = 60, .timeline = 1});
  append({.tick = 61, .step = 1, .count = 60, .timeline = 1});
  CHECK(header.run_bytes <= 2);
  check(7);
}

TEST(RunColumn, one_reading_of_another_quality_takes_few_bytes) {
  begin({.tick = 0, .step = 1, .timeline = 1});
  append({.tick = 0, .step = 1, .count = 60, .timeline = 1});
  append({.tick = 60, .step = 1, .count = 1, .timeline = 1, .quality = Quality::stuck});
  append({.tick = 61, .step = 1, .count = 600, .timeline = 1});
  CHECK(header.run_bytes <= 5);
  check(100);
}

TEST(RunColumn, whatever_runs_there_are_come_back_and_their_fronts_never_take_more_than_foretold) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    Random random(seed);
    header = {};
    given.clear();
    writer = {};
    Run run{.tick = static_cast<std::uint32_t>(random.next()), .step = 1000};
    begin(run);
    for (std::uint32_t i = 0; i < 120; ++i) {
      if (random.chance(1, 3)) run.tick += static_cast<std::uint32_t>(random.between(-70, 70));
      if (random.chance(1, 9)) run.tick += static_cast<std::uint32_t>(random.next());
      if (random.chance(1, 4)) run.step = static_cast<std::uint16_t>(random.below(65536));
      if (random.chance(1, 9)) run.timeline = static_cast<Timeline>(random.below(5));
      if (random.chance(1, 5)) run.quality = static_cast<Quality>(random.below(kQualityCount));
      run.count = static_cast<std::uint16_t>(1 + random.below(random.chance(1, 9) ? 300 : 6));
      append(run, static_cast<std::uint32_t>(1 + random.below(run.count)));
      run.tick = run.tick_after();
    }
    check(static_cast<std::uint32_t>(1 + random.below(64)));
  }
}
