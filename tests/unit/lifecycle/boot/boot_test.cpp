#include "lifecycle/boot/boot.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>
#include <vector>

using namespace hf;
using namespace hf::lifecycle;

namespace {

// Time passes only inside a step that says so.
struct HandClock final : hal::Clock {
  Uptime now;
  Uptime uptime() const override { return now; }
  UtcReading utc() const override { return {}; }
  BootId boot_id() const override { return {}; }
  bool take_step(hal::ClockStep& /*step*/) override { return false; }
  void raise_floor(UtcTime /*not_before*/) override {}
};

struct KeptLog final : hal::Log {
  std::vector<std::string> lines;
  void write(hal::LogLevel /*level*/, std::string_view code, std::string_view fields) override {
    lines.push_back(std::string(code) + ' ' + std::string(fields));
  }
};

struct Owner {
  HandClock clock;
  KeptLog log;
  std::string walked;
};

Status open_files(Owner& owner) {
  owner.walked += "files ";
  return Status::ok;
}
Status find_no_queue(Owner& owner) {
  owner.walked += "queue ";
  return Status::corrupt;
}
Status sample_slowly(Owner& owner) {
  owner.walked += "sampling ";
  owner.clock.now = owner.clock.now + seconds(2);
  return Status::ok;
}

}  // namespace

TEST_GROUP(Boot) {
  Owner owner;
  BootReport walk_over(const std::array<BootStep<Owner>, 3>& steps) {
    return walk<Owner>(steps, owner, owner.clock, owner.log);
  }
  static std::array<BootStep<Owner>, 3> steps_where_the_queue(OnFailure on_failure) {
    return {BootStep<Owner>{"files", open_files, OnFailure::halt, seconds(1)},
            BootStep<Owner>{"queue", find_no_queue, on_failure, seconds(1)},
            BootStep<Owner>{"sampling", sample_slowly, OnFailure::halt, seconds(1)}};
  }
};

TEST(Boot, goes_on_without_a_part_it_can_miss_and_says_which) {
  const BootReport report = walk_over(steps_where_the_queue(OnFailure::degrade));
  CHECK(is_ok(report.status));
  STRCMP_EQUAL("files queue sampling ", owner.walked.c_str());
  UNSIGNED_LONGS_EQUAL(0b010, report.degraded);
  STRCMP_EQUAL("boot_degraded step=queue status=corrupt", owner.log.lines.at(0).c_str());
}

TEST(Boot, stops_at_a_part_it_cannot_miss_and_names_it) {
  const BootReport report = walk_over(steps_where_the_queue(OnFailure::halt));
  CHECK(report.status == Status::corrupt);
  CHECK(report.halted_at == "queue");
  STRCMP_EQUAL("files queue ", owner.walked.c_str());
}

TEST(Boot, records_a_step_that_took_longer_than_its_deadline) {
  const BootReport report = walk_over(steps_where_the_queue(OnFailure::degrade));
  UNSIGNED_LONGS_EQUAL(0b100, report.overran);
  LONGLONGS_EQUAL(2000, report.took.ms);
}
