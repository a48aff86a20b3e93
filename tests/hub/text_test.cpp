// Samples as text, times, broker URLs and the command line.
#include <CppUTest/TestHarness.h>

#include <cmath>

#include "tests/hub/sent_frames.h"
#include "tools/hub/broker/broker_address.h"
#include "tools/hub/commands/command_line.h"
#include "tools/hub/reading/sample_text.h"

namespace hf::hub {
namespace {

constexpr UtcTime kMoment{1'763'600'123'456};

struct Read {
  Options options;
  std::string problem;
  bool ok = false;
};

Read read(std::vector<const char*> words) {
  Read result;
  result.ok = read_command_line(words, result.options, result.problem);
  return result;
}

Sample sample_of(const wire::RosterEntry& entry) {
  Sample sample;
  sample.gateway = "press-7";
  sample.sensor = &entry;
  sample.value = 21.5;
  sample.time = {kMoment - milliseconds(20), kMoment, kMoment + milliseconds(20),
                 TimeQuality::synced};
  sample.boot = BootId{0x99AABBCCDDEEFF00};
  sample.uptime = Uptime{3'600'000};
  sample.stream = 0x1122334455667788;
  sample.position = 1000;
  return sample;
}

wire::RosterEntry entry_of(std::string_view unit) {
  wire::RosterEntry entry;
  CHECK(is_ok(EquipmentId::parse("pump", entry.equipment)));
  CHECK(is_ok(SensorId::parse("pressure", entry.sensor)));
  CHECK(is_ok(entry.unit.try_assign(unit)));
  return entry;
}

}  // namespace

TEST_GROUP(HubText){};

TEST(HubText, times_are_written_and_read) {
  STRCMP_EQUAL("2025-11-20T00:55:23.456Z", iso_text(kMoment).c_str());
  CHECK(parse_time("2025-11-20T00:55:23.456Z") == kMoment);
  CHECK(parse_time("1763600123456") == kMoment);
  CHECK(parse_time("2024-02-29") == UtcTime{1'709'164'800'000});
  CHECK(parse_time("2024-02-29T06:30Z") == UtcTime{1'709'164'800'000} + minutes(390));
  for (const char* const wrong : {"", "today", "2023-02-29", "2024-13-01", "2024-02-29T25:00Z",
                                  "2024-02-29T06:30", "2024-02-29T06:30:00Zz", "2024-2-9"}) {
    CHECK_TRUE_TEXT(!parse_time(wrong), wrong);
  }
}

TEST(HubText, a_sample_in_each_format) {
  const wire::RosterEntry entry = entry_of("bar");
  const Sample sample = sample_of(entry);
  STRCMP_EQUAL(
      "2025-11-20T00:55:23.456Z,press-7,pump,pressure,21.5,bar,good,full,1,,,synced,"
      "2025-11-20T00:55:23.436Z,2025-11-20T00:55:23.476Z,99aabbccddeeff00,3600000,"
      "1122334455667788,1000,0\n",
      line_of(sample, TextFormat::csv).c_str());
  STRCMP_EQUAL(
      "holdfast,gateway=press-7,equipment=pump,sensor=pressure,resolution=full "
      "value=21.5,quality=\"good\",unit=\"bar\",time_quality=\"synced\" 1763600123456000000\n",
      line_of(sample, TextFormat::influx).c_str());
  STRCMP_EQUAL(
      "{\"time\":\"2025-11-20T00:55:23.456Z\",\"gateway\":\"press-7\",\"equipment\":\"pump\","
      "\"sensor\":\"pressure\",\"value\":21.5,\"unit\":\"bar\",\"quality\":\"good\","
      "\"resolution\":\"full\",\"time_quality\":\"synced\","
      "\"time_earliest\":\"2025-11-20T00:55:23.436Z\",\"time_latest\":"
      "\"2025-11-20T00:55:23.476Z\",\"boot\":\"99aabbccddeeff00\",\"uptime_ms\":3600000,"
      "\"stream\":\"1122334455667788\",\"position\":1000}\n",
      line_of(sample, TextFormat::json).c_str());
}

TEST(HubText, units_cannot_break_out_of_their_cell) {
  const wire::RosterEntry entry = entry_of("a\"b,c\\");
  const Sample sample = sample_of(entry);
  CHECK(line_of(sample, TextFormat::csv).find(",\"a\"\"b,c\\\",") != std::string::npos);
  CHECK(line_of(sample, TextFormat::json).find("\"a\\\"b,c\\\\\"") != std::string::npos);
  CHECK(line_of(sample, TextFormat::influx).find("unit=\"a\\\"b,c\\\\\"") != std::string::npos);
}

TEST(HubText, what_line_protocol_cannot_say_is_left_out) {
  const wire::RosterEntry entry = entry_of("");
  Sample sample = sample_of(entry);
  sample.value = std::nan("");
  STRCMP_EQUAL("", line_of(sample, TextFormat::influx).c_str());
  sample.value = 1;
  sample.time.quality = TimeQuality::unset;
  STRCMP_EQUAL("", line_of(sample, TextFormat::influx).c_str());
  CHECK(line_of(sample, TextFormat::csv).starts_with(",press-7,"));
}

TEST(HubText, a_sensor_without_a_roster_is_called_by_its_index) {
  Sample sample = sample_of(entry_of("bar"));
  sample.sensor = nullptr;
  sample.index = SensorIndex{12};
  CHECK(line_of(sample, TextFormat::csv).find(",,#12,") != std::string::npos);
  CHECK(is_wanted(sample, "#12") && !is_wanted(sample, "pressure"));
}

TEST(HubText, a_frame_gives_its_rows_in_order_and_only_those_that_count) {
  const std::string frame = test::readings_frame(5, {100, 110});
  SampleReader reader;
  const std::vector<Interval> counted = {{101, 103}, {109, 110}};
  std::vector<std::pair<Position, double>> taken;
  const bool is_read = reader.read(
      bytes_of(frame), counted, [](std::uint32_t, SensorIndex) { return nullptr; },
      [](BootId, Uptime) { return stores::UtcSpan{}; },
      [&](const Sample& sample) { taken.emplace_back(sample.position, sample.value); });
  CHECK(is_read);
  LONGS_EQUAL(9, taken.size());
  CHECK((taken.front() == std::pair<Position, double>{101, 101}));
  CHECK((taken.back() == std::pair<Position, double>{109, 111}));
}

// Rows 100 to 104 were there in full when the rest of their bucket was condensed.
TEST(HubText, of_a_bucket_that_counts_in_part_the_envelope_is_given_and_says_so) {
  const std::string frame = test::envelopes_frame(5, {100, 130});
  SampleReader reader;
  const auto take = [&](const std::vector<Interval>& counted) {
    std::vector<std::pair<std::int64_t, bool>> taken;  // when its bucket begins, whether shared
    CHECK(reader.read(
        bytes_of(frame), counted, [](std::uint32_t, SensorIndex) { return nullptr; },
        [](BootId, Uptime) { return stores::UtcSpan{}; },
        [&](const Sample& sample) {
          LONGS_EQUAL(10, sample.envelope.count);
          LONGS_EQUAL(100, sample.position);
          taken.emplace_back(sample.uptime.ms, sample.is_shared);
        }));
    return taken;
  };
  using Taken = std::vector<std::pair<std::int64_t, bool>>;
  CHECK((take({{105, 130}}) == Taken{{100'000, true}, {110'000, false}, {120'000, false}}));
  CHECK((take({{110, 130}}) == Taken{{110'000, false}, {120'000, false}}));
  CHECK((take({{100, 111}, {118, 120}}) == Taken{{100'000, false}, {110'000, true}}));
}

TEST(HubText, an_envelope_says_in_each_format_whether_it_is_shared) {
  const wire::RosterEntry entry = entry_of("bar");
  Sample sample = sample_of(entry);
  CHECK(line_of(sample, TextFormat::json).find("shared") == std::string::npos);
  sample.resolution = wire::Resolution::every_10s;
  sample.is_shared = true;
  CHECK(line_of(sample, TextFormat::csv).ends_with(",1000,1\n"));
  CHECK(line_of(sample, TextFormat::json).find("\"shared\":true") != std::string::npos);
  CHECK(line_of(sample, TextFormat::influx).find(",shared=true,") != std::string::npos);
  CHECK(head_of(TextFormat::csv).ends_with(",position,shared\n"));
}

TEST(HubText, a_broker_is_found_by_its_url) {
  const auto plain = parse_broker_url("mqtt://broker.example");
  STRCMP_EQUAL("tcp://broker.example:1883", plain->uri().c_str());
  const auto full = parse_broker_url("mqtts://hub:p@ss@[2001:db8::1]:8884/");
  STRCMP_EQUAL("ssl://[2001:db8::1]:8884", full->uri().c_str());
  CHECK(full->user == "hub" && full->password == "p@ss" && full->is_secure());
  for (const char* const wrong :
       {"broker.example", "http://x", "mqtt://", "mqtt://h:", "mqtt://h:x"}) {
    CHECK_TRUE_TEXT(!parse_broker_url(wrong), wrong);
  }
}

TEST(HubText, unknown_words_are_refused_with_the_nearest_one) {
  STRCMP_EQUAL("unknown command 'verfiy': did you mean 'verify'?",
               read({"verfiy"}).problem.c_str());
  STRCMP_EQUAL("unknown option '--stor': did you mean '--store'?",
               read({"status", "--stor", "x"}).problem.c_str());
  STRCMP_EQUAL("run needs --broker URL", read({"run"}).problem.c_str());
  STRCMP_EQUAL("--from must be before --to",
               read({"verify", "--from", "2026-01-02", "--to", "2026-01-01"}).problem.c_str());
  STRCMP_EQUAL("decode needs one source: files, --broker or --store",
               read({"decode"}).problem.c_str());
  CHECK(read({"export", "--format", "influx", "--from", "2026-01-01"}).ok);
}

}  // namespace hf::hub
