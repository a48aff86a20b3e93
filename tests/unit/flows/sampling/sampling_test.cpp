#include "flows/sampling/sampling.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <limits>
#include <vector>

using namespace hf;
using namespace hf::flows;

namespace {

constexpr SensorIndex kFlow{0};
constexpr SensorIndex kHeat{1};

struct FieldByHand final : hal::Sensors {
  std::deque<Reading> waiting;
  std::uint32_t take(std::span<Reading> readings) override {
    std::uint32_t count = 0;
    while (count < readings.size() && !waiting.empty()) {
      readings[count++] = waiting.front();
      waiting.pop_front();
    }
    return count;
  }
  std::uint64_t missed() const override { return 0; }
};

stores::SensorFacts facts_of(std::string_view name) {
  stores::SensorFacts facts;
  CHECK(is_ok(EquipmentId::parse("pump", facts.equipment)));
  CHECK(is_ok(SensorId::parse(name, facts.sensor)));
  return facts;
}

Reading reading_at(std::int64_t ms, double value, SensorIndex sensor = kFlow,
                   Quality quality = Quality::good) {
  return {.at = Uptime{ms}, .value = value, .sensor = sensor, .quality = quality};
}

}  // namespace

TEST_GROUP(Judgement) {
  stores::SensorFacts facts = facts_of("flow");
  SensorMemory memory;
  Verdict judge_at(std::int64_t ms, double value) {
    Reading reading = reading_at(ms, value);
    return judge(facts, memory, reading);
  }
  Quality quality_at(std::int64_t ms, double value, Quality given = Quality::good) {
    Reading reading = reading_at(ms, value, kFlow, given);
    CHECK(judge(facts, memory, reading) == Verdict::keep);
    return reading.quality;
  }
};

TEST(Judgement, keeps_every_reading_of_a_sensor_of_which_nothing_special_is_said) {
  for (std::int64_t second = 0; second < 100; ++second) {
    CHECK(judge_at(second * 1000, 7.5) == Verdict::keep);
  }
}

TEST(Judgement, says_the_first_fault_that_applies) {
  facts.low_limit = -10;
  facts.high_limit = 10;
  CHECK(quality_at(0, 10) == Quality::good);
  CHECK(quality_at(1000, 10.001) == Quality::out_of_range);
  CHECK(quality_at(2000, std::nan("")) == Quality::not_a_number);
  CHECK(quality_at(3000, -std::numeric_limits<double>::infinity()) == Quality::not_a_number);
  CHECK(quality_at(4000, std::nan(""), Quality::no_contact) == Quality::no_contact);
}

TEST(Judgement, a_value_is_stuck_after_its_time_and_free_again_at_the_first_change) {
  facts.stuck_after = seconds(3);
  CHECK(quality_at(0, 5) == Quality::good);
  CHECK(quality_at(2999, 5) == Quality::good);
  CHECK(quality_at(3000, 5) == Quality::stuck);
  CHECK(quality_at(4000, 5.5) == Quality::good);
  CHECK(quality_at(6999, 5.5) == Quality::good);
}

TEST(Judgement, a_flood_is_cut_at_its_rate_and_the_next_second_begins_anew) {
  facts.rate_max_per_second = 3;
  std::vector<Verdict> verdicts;
  for (std::int64_t ms = 0; ms < 1000; ms += 200) {
    verdicts.push_back(judge_at(ms, static_cast<double>(ms)));
  }
  CHECK((verdicts ==
         std::vector{Verdict::keep, Verdict::keep, Verdict::keep, Verdict::flood, Verdict::flood}));
  CHECK(judge_at(1000, 1) == Verdict::keep);
}

TEST(Judgement, a_dead_band_measures_from_the_last_kept_value_so_that_a_slow_drift_shows) {
  facts.dead_band = 1;
  facts.max_silence = minutes(10);
  CHECK(judge_at(0, 0.0) == Verdict::keep);
  CHECK(judge_at(1000, 0.6) == Verdict::within_dead_band);
  CHECK(judge_at(2000, 1.2) == Verdict::keep);
  CHECK(judge_at(3000, 0.3) == Verdict::within_dead_band);
}

TEST(Judgement, a_dead_band_is_broken_by_silence_and_by_a_change_of_quality) {
  facts.dead_band = 1;
  facts.max_silence = seconds(5);
  CHECK(judge_at(0, 0.0) == Verdict::keep);
  CHECK(judge_at(4999, 0.0) == Verdict::within_dead_band);
  CHECK(judge_at(5000, 0.0) == Verdict::keep);
  CHECK(quality_at(6000, 0.0, Quality::uncertain) == Quality::uncertain);
}

TEST_GROUP(Sampling) {
  FieldByHand field;
  std::array<stores::SensorFacts, 2> facts{};
  stores::Roster roster{facts};
  telemetry::Telemetry::Capacities capacities{.sensors = 2};
  std::vector<std::uint64_t> window_memory =
      std::vector<std::uint64_t>(telemetry::Telemetry::bytes_for(capacities, 16) / 8 + 1);
  telemetry::Telemetry window{std::as_writable_bytes(std::span{window_memory}), capacities};
  std::array<SensorMemory, 2> sensors{};
  std::array<Reading, 4> readings{};
  std::array<telemetry::ScanValue, 4> scan{};
  stores::SamplingCounts counts;
  Sampling sampling{field, roster, window, counts, {sensors, readings, scan}};

  void setup() override {
    CHECK(roster.add(facts_of("flow")).ok());
    CHECK(roster.add(facts_of("heat")).ok());
  }
  double latest_of(SensorIndex sensor, Uptime now) {
    telemetry::Latest latest;
    CHECK(is_ok(window.latest(sensor, now, latest)));
    return latest.value;
  }
};

TEST(Sampling, puts_what_was_measured_into_the_window) {
  field.waiting = {reading_at(1000, 1.5), reading_at(1000, 20, kHeat), reading_at(2000, 1.6)};
  CHECK(sampling.step(Uptime{2050}) > Uptime{2050});
  DOUBLES_EQUAL(1.6, latest_of(kFlow, Uptime{2050}), 0);
  DOUBLES_EQUAL(20, latest_of(kHeat, Uptime{2050}), 0);
}

TEST(Sampling, S1_every_reading_taken_is_kept_or_counted) {
  facts[0].rate_max_per_second = 1;
  field.waiting = {reading_at(1000, 1), reading_at(1500, 2), reading_at(1500, 3, SensorIndex{9}),
                   reading_at(900, 4, kHeat), reading_at(800, 5, kHeat)};
  while (sampling.step(Uptime{2000}) == Uptime{2000}) continue;
  UNSIGNED_LONGLONGS_EQUAL(5, counts.taken);
  UNSIGNED_LONGLONGS_EQUAL(1, counts.flood);
  UNSIGNED_LONGLONGS_EQUAL(1, counts.unknown);
  UNSIGNED_LONGLONGS_EQUAL(counts.taken, counts.kept + counts.flood + counts.unknown +
                                             counts.within_dead_band + counts.refused);
}

TEST(Sampling, S2_what_did_not_fit_one_turn_is_taken_in_the_next_which_comes_at_once) {
  for (std::int64_t second = 1; second <= 6; ++second) {
    field.waiting.push_back(reading_at(second * 1000, static_cast<double>(second)));
  }
  CHECK(sampling.step(Uptime{6000}) == Uptime{6000});
  DOUBLES_EQUAL(4, latest_of(kFlow, Uptime{6000}), 0);
  CHECK(sampling.step(Uptime{6000}) > Uptime{6000});
  DOUBLES_EQUAL(6, latest_of(kFlow, Uptime{6000}), 0);
}
