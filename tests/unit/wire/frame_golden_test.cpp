// Frames that have been written once must be read for ever, and be written the same on every
// processor. Each file in tests/golden/frames holds the bytes of one frame.
//
// HOLDFAST_RENEW_GOLDEN=1 in the environment writes the files anew: only for a change of the format
// that docs/formats/frames.md tells of.
#include <CppUTest/TestHarness.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "tests/support/frame_of_sensors.h"
#include "tests/support/golden.h"
#include "wire/frames/anchor_frame.h"
#include "wire/frames/envelopes_frame.h"
#include "wire/frames/gap_record.h"
#include "wire/frames/roster_frame.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

using Bytes = std::vector<std::byte>;

FrameHeader about_events() {
  FrameHeader about;
  about.stream = 0x1122334455667788;
  about.position = 41;
  about.roster = 0xA1B2C3D4;
  about.boot = BootId{0x99AABBCCDDEEFF00};
  about.first = Uptime{3'600'000};
  about.last = Uptime{3'600'000};
  return about;
}

// Two sensors, three scans: the example of docs/formats/frames.md.
ScannedSensors example() {
  ScannedSensors scanned;
  scanned.about = about_events();
  scanned.about.position = 1000;
  scanned.rows = {Uptime{3'600'000}, Uptime{3'601'000}, Uptime{3'602'000}};
  scanned.sensors[0] = {{0, 1, 2}, {21.5, 21.6, 21.4}, {3, Quality::good}};
  scanned.sensors[1] = {{0, 2}, {7, 8}, {Quality::good, Quality::stuck}};
  return scanned;
}

Bytes envelopes() {
  const auto builder = std::make_unique<EnvelopesBuilder>();
  Bytes out(1024);
  FrameHeader about = about_events();
  about.kind = FrameKind::envelopes_10s;
  about.row_count = 20;
  const Bucket buckets[] = {{Uptime{3'600'000}, 10}, {Uptime{3'610'000}, 20}};
  const std::uint16_t both[] = {0, 1};
  const std::uint16_t second[] = {1};
  const Envelope moving[] = {{20.1, 20.55, 21, 20.1, 20.9, 10}, {20.9, 21.02, 21.3, 20.9, 21.1, 9}};
  const Envelope still[] = {{4, 4, 4, 4, 4, 10}};
  CHECK(is_ok(builder->begin(out, about, buckets)));
  CHECK(is_ok(builder->add({.sensor = {0}, .buckets = both, .envelopes = moving})));
  CHECK(is_ok(builder->add({.sensor = {5}, .buckets = second, .envelopes = still})));
  out.resize(builder->finish().value_or(0));
  return out;
}

Bytes gap() {
  Bytes out(kGapFrameBytesMax);
  const GapRecord record{.from = 700,
                         .to = 1000,
                         .reason = GapReason::window,
                         .has_span = true,
                         .boot = BootId{5},
                         .first = Uptime{1000},
                         .last = Uptime{9000}};
  out.resize(write_gap_frame(out, about_events(), record).value_or(0));
  return out;
}

Bytes anchor() {
  Bytes out(kAnchorFrameBytesMax);
  const UtcReading utc{
      .at = UtcTime{1'763'600'000'000}, .error = milliseconds(20), .quality = TimeQuality::synced};
  out.resize(write_anchor_frame(out, about_events(), utc).value_or(0));
  return out;
}

Bytes roster() {
  Bytes out(512);
  RosterBuilder builder;
  CHECK(is_ok(builder.begin(out, about_events(), {0})));
  for (const char* name : {"oil.temperature", "oil.pressure"}) {
    RosterEntry entry;
    CHECK(is_ok(EquipmentId::parse("press-1", entry.equipment)));
    CHECK(is_ok(SensorId::parse(name, entry.sensor)));
    entry.unit.assign("bar");
    entry.decimals = 1;
    CHECK(is_ok(builder.add(entry)));
  }
  out.resize(builder.finish().value_or(0));
  return out;
}

}  // namespace

TEST_GROUP(FrameGolden){void check(const std::string& name, const Bytes& frame){
    const std::string path = golden_path("frames/" + std::string(name) + ".txt");
if (std::getenv("HOLDFAST_RENEW_GOLDEN") != nullptr) std::ofstream(path) << hex_of(frame);
STRCMP_EQUAL(contents_of(path).c_str(), hex_of(frame).c_str());
}
}
;

TEST(FrameGolden, every_kind_is_written_as_it_was) {
  check("envelopes", envelopes());
  check("gap", gap());
  check("anchor", anchor());
  check("roster", roster());
  check("readings", frame_of(scanned_sensors(17, 90, 30)));
}

TEST(FrameGolden, example_of_the_format_description) {
  const Bytes frame = frame_of(example());
  check("example", frame);
  const std::string page = format_page("frames.md");
  CHECK(page.find(hex_of(frame)) != std::string::npos);
}
