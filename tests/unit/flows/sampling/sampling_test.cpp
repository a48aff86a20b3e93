#include "flows/sampling/sampling.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <deque>
#include <limits>
#include <map>
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
  void pace(SensorIndex sensor, Duration period) override { periods[sensor.value] = period; }
  std::map<std::uint16_t, Duration> periods;
};

stores::SensorFacts facts_of(std::string_view name) {
  stores::SensorFacts facts;
  CHECK(is_ok(EquipmentId::parse("pump", facts.equipment)));
  CHECK(is_ok(SensorId::parse(name, facts.sensor)));
  return facts;
}

GatewayId gateway_id() {
  GatewayId id;
  HF_ASSERT(is_ok(GatewayId::parse("gateway-1", id)));
  return id;
}
NodeId node_id(std::string_view name) {
  NodeId id;
  HF_ASSERT(is_ok(NodeId::parse(name, id)));
  return id;
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
  std::array<stores::SensorEntry, 2> entries{};
  stores::Roster roster{entries};
  std::array<stores::Node, 3> node_memory{};
  std::array<stores::NodeIndex, 2> node_of{};
  stores::Nodes nodes{node_memory, node_of, gateway_id()};
  stores::telemetry::Telemetry::Capacities capacities{.sensors = 2};
  std::vector<std::uint64_t> window_memory =
      std::vector<std::uint64_t>(stores::telemetry::Telemetry::bytes_for(capacities, 16) / 8 + 1);
  stores::telemetry::Telemetry window{std::as_writable_bytes(std::span{window_memory}), capacities};
  std::array<SensorMemory, 2> sensors{};
  std::array<Reading, 4> readings{};
  std::array<stores::telemetry::ScanValue, 4> scan{};
  stores::SamplingCounts counts;
  Sampling sampling{field, roster, nodes, window, counts, {sensors, readings, scan}};

  void setup() override {
    CHECK(roster.add(facts_of("flow")).ok());
    CHECK(roster.add(facts_of("heat")).ok());
    CHECK(is_ok(nodes.hang(kFlow, node_id("plc-1"))));
    CHECK(is_ok(nodes.hang(kHeat, node_id("plc-2"))));
  }
  double latest_of(SensorIndex sensor, Uptime now) {
    stores::telemetry::Latest latest;
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
  entries[0].facts.rate_max_per_second = 1;
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

TEST(Sampling,
     S3_the_field_is_told_how_often_to_read_each_sensor_and_told_again_when_that_changes) {
  sampling.step(Uptime{0});
  CHECK(field.periods.at(0) == seconds(1));
  stores::SensorWords words;
  CHECK(is_ok(words.say("period_ms", documents::Value::integer(60'000))));
  CHECK(is_ok(roster.describe(kFlow, words)));
  field.periods.clear();
  sampling.step(Uptime{100});
  CHECK(field.periods.at(0) == minutes(1));
  CHECK(!field.periods.contains(1));  // heat is told nothing new
}

TEST(Sampling, S3_a_node_that_fails_is_not_asked_and_the_other_one_goes_on) {
  for (std::int64_t second = 1; second <= 6; ++second) {
    field.waiting = {reading_at(second * 1000, 0, kFlow, Quality::no_contact),
                     reading_at(second * 1000, 7, kHeat)};
    sampling.step(Uptime{second * 1000});
  }
  CHECK(field.periods.at(0) == Duration{});
  CHECK(field.periods.at(1) == seconds(1));
  sampling.step(Uptime{40'000});
  CHECK(field.periods.at(0) == seconds(1));  // the probe
}

TEST(Sampling, a_scale_and_an_offset_make_the_value_of_what_the_field_gives) {
  stores::SensorWords words;
  CHECK(is_ok(words.say("scale", documents::Value::real(0.5))));
  CHECK(is_ok(words.say("offset", documents::Value::integer(-40))));
  CHECK(is_ok(words.say("high_limit", documents::Value::integer(100))));
  CHECK(is_ok(roster.describe(kFlow, words)));
  field.waiting = {reading_at(1000, 200)};
  sampling.step(Uptime{1000});
  DOUBLES_EQUAL(60, latest_of(kFlow, Uptime{1000}), 0);
  field.waiting = {reading_at(2000, 300)};
  sampling.step(Uptime{2000});
  stores::telemetry::Latest latest;
  CHECK(is_ok(window.latest(kFlow, Uptime{2000}, latest)));
  CHECK(latest.quality == Quality::out_of_range);  // 110: the limits are of the value
}
