#include "wire/uplink/readings_json.h"

#include <CppUTest/TestHarness.h>

#include <charconv>
#include <cmath>
#include <memory>
#include <string>

#include "tests/support/frame_of_sensors.h"
#include "tests/support/golden.h"
#include "tests/support/status_equal.h"
#include "wire/json/json_reader.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

struct Context final : ReadingsContext {
  Status name_of(std::uint32_t roster, SensorIndex sensor, ReadingName& name) const override {
    if (roster != known_roster || sensor.value > 1) return Status::not_found;
    name.assign(sensor.value == 0 ? "press-1.oil.temperature" : "press-1.oil.pressure");
    return Status::ok;
  }
  bool utc_of(BootId, Uptime uptime, UtcTime& utc) const override {
    utc = UtcTime{1'763'600'000'000} + (uptime - Uptime{3'600'000});
    return has_utc;
  }
  std::uint32_t known_roster = 0xA1B2C3D4;
  bool has_utc = true;
};

// The example of docs/formats/frames.md.
ScannedSensors example() {
  ScannedSensors scanned;
  scanned.about.stream = 0x1122334455667788;
  scanned.about.position = 1000;
  scanned.about.roster = 0xA1B2C3D4;
  scanned.about.boot = BootId{0x99AABBCCDDEEFF00};
  scanned.rows = {Uptime{3'600'000}, Uptime{3'601'000}, Uptime{3'602'000}};
  scanned.sensors[0] = {{0, 1, 2}, {21.5, 21.6, 21.4}, {3, Quality::good}};
  scanned.sensors[1] = {{0, 2}, {7, 8}, {Quality::good, Quality::stuck}};
  return scanned;
}

}  // namespace

TEST_GROUP(ReadingsAsJson) {
  std::unique_ptr<ReadingsJson> writer = std::make_unique<ReadingsJson>();
  Context context;
  std::vector<char> out = std::vector<char>(1 << 20);

  void teardown() override {
    writer.reset();
    out = {};
  }
  std::string text_of_frame(const std::vector<std::byte>& frame) {
    const auto size = writer->write(frame, "press-7", context, out);
    STATUS_EQUAL(Status::ok, size.status());
    return {out.data(), size.value_or(0)};
  }
};

TEST(ReadingsAsJson, example_of_the_format_description) {
  const std::string text = text_of_frame(frame_of(example())) + "\n";
  STRCMP_EQUAL(golden_text("uplink/readings.txt").c_str(), text.c_str());
  CHECK(format_page("topics.md").find(text) != std::string::npos);
}

TEST(ReadingsAsJson, every_reading_is_there_with_its_time_whatever_the_frame_is_like) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const ScannedSensors scanned = scanned_sensors(seed, 70, 30);
    const std::string text = text_of_frame(frame_of(scanned));
    std::vector<std::byte> memory(4 << 20);
    JsonReader json(memory);
    JsonFault fault;
    STATUS_EQUAL(Status::ok, json.read(text, fault));
    const JsonValue rows = json.root().find("readings");
    LONGS_EQUAL(scanned.rows.size(), rows.count());
    std::size_t count = 0;
    std::size_t row = 0;
    for (const JsonValue object : rows) {
      LONGS_EQUAL(1'763'600'000'000 + scanned.rows[row].ms - 3'600'000,
                  object.find("ts").integer().value_or(0));
      for (const JsonValue value : object.find("values")) {
        std::uint16_t sensor = 0;
        const std::string_view number = value.name().substr(1);
        std::from_chars(number.data(), number.data() + number.size(), sensor);
        const SensorReadings& readings = scanned.sensors.at(sensor);
        const auto at = std::ranges::find(readings.rows, row) - readings.rows.begin();
        const double expected = readings.values[static_cast<std::size_t>(at)];
        CHECK(std::isfinite(expected) ? value.number() == expected
                                      : value.kind() == JsonKind::null);
        const Quality quality = readings.qualities[static_cast<std::size_t>(at)];
        const JsonValue said = object.find("quality").find(value.name());
        CHECK(quality == Quality::good ? !said.present() : said.text() == to_text(quality));
        ++count;
      }
      ++row;
    }
    LONGS_EQUAL(scanned.reading_count(), count);
  }
}

TEST(ReadingsAsJson, without_a_time_of_day_a_row_has_boot_and_uptime) {
  context.has_utc = false;
  const std::string text = text_of_frame(frame_of(example()));
  CHECK(text.find(R"({"boot":"99aabbccddeeff00","uptime_ms":3601000,"values":{)") !=
        std::string::npos);
  CHECK(text.find("\"ts\"") == std::string::npos);
}

TEST(ReadingsAsJson, of_a_roster_that_is_not_known_sensors_are_called_by_their_numbers) {
  context.known_roster = 1;
  CHECK(text_of_frame(frame_of(example())).find(R"({"#0":21.5,"#1":7})") != std::string::npos);
}

TEST(ReadingsAsJson, a_text_that_does_not_fit_is_no_text) {
  const auto frame = frame_of(example());
  const std::size_t needed = text_of_frame(frame).size();
  for (std::size_t size = 0; size < needed; size += 7) {
    STATUS_EQUAL(Status::full,
                 writer->write(frame, "press-7", context, std::span{out}.first(size)).status());
  }
}

TEST(ReadingsAsJson, what_is_no_sound_frame_of_readings_is_refused) {
  auto frame = frame_of(example());
  frame[30] ^= std::byte{1};
  STATUS_EQUAL(Status::corrupt, writer->write(frame, "press-7", context, out).status());
}
