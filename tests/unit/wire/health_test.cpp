#include "wire/uplink/health.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

#include "tests/support/golden.h"
#include "tests/support/status_equal.h"

using namespace hf;
using namespace hf::wire;
using namespace hf::test;

namespace {

// The example of docs/formats/topics.md.
constexpr std::string_view kDigest =
    "80503e50f9aa769c1d709a1aa7071d8d41c30400666a26c7110c7365c489a6ee";

HealthMessage example() {
  HealthMessage message;
  message.gateway = "press-7";
  message.ask = true;
  message.boot = BootId{0x99AABBCCDDEEFF00};
  message.uptime = Uptime{3'600'000};
  message.has_utc = true;
  message.utc = UtcTime{1'763'600'000'000};
  message.streams.push(0x1122334455667788);
  message.version = "0.1.0";
  message.rows_to_send = 1200;
  message.bytes_to_send = 123'456;
  message.outage_left = hours(96);
  message.drain = seconds(40);
  message.reconnects = 3;
  message.activity_number = 812;
  message.activity_digest = kDigest;
  return message;
}

}  // namespace

TEST_GROUP(Health) {
  std::array<char, kHealthBytesMax> space{};
  std::array<std::byte, kHealthMemoryBytes> memory{};
  HealthMessage read;

  void check_read(std::string_view text, Status expected) {
    STATUS_EQUAL(expected, read_health(text, memory, read));
  }
};

TEST(Health, what_was_written_is_read_back) {
  const HealthMessage message = example();
  const std::string text{write_health(message, space)};
  STATUS_EQUAL(Status::ok, read_health(text, memory, read));
  CHECK(read.gateway == message.gateway && read.version == message.version);
  CHECK(read.online && read.ask && read.boot == message.boot && read.uptime == message.uptime);
  CHECK(read.has_utc && read.utc == message.utc);
  CHECK(std::ranges::equal(read.streams, message.streams));
  CHECK(read.receipt_every == kReceiptEvery && read.receipt_bytes == kReceiptAfterBytes);
  CHECK(read.rows_to_send == 1200 && read.bytes_to_send == 123'456);
  CHECK(read.outage_left == hours(96) && read.drain == seconds(40) && read.reconnects == 3);
  CHECK(read.activity_number == 812 && read.activity_digest == kDigest);
}

TEST(Health, without_a_clock_the_time_of_day_is_null) {
  HealthMessage message = example();
  message.has_utc = false;
  const std::string text{write_health(message, space)};
  CHECK(text.find(R"("utc_ms":null)") != std::string::npos);
  STATUS_EQUAL(Status::ok, read_health(text, memory, read));
  CHECK(!read.has_utc);
}

TEST(Health, streams_that_did_not_change_are_not_said) {
  HealthMessage message = example();
  message.streams.clear();
  const std::string text{write_health(message, space)};
  CHECK(text.find("streams") == std::string::npos);
  STATUS_EQUAL(Status::ok, read_health(text, memory, read));
  CHECK(read.streams.empty());
}

TEST(Health, the_longest_message_fits) {
  HealthMessage message = example();
  const std::string longest(kIdentifierCharactersMax, 'x');
  message.gateway = longest;
  message.version = longest;
  while (!message.streams.full()) message.streams.push(UINT64_MAX);
  constexpr std::int64_t kMost = (std::int64_t{1} << 53) - 1;  // as JSON has it
  message.rows_to_send = message.bytes_to_send = message.reconnects = kMost;
  message.receipt_bytes = kMost;
  message.uptime = Uptime{kMost};
  message.utc = UtcTime{-kMost};
  message.receipt_every = message.outage_left = message.drain = Duration{kMost};
  const std::string text{write_health(message, space)};
  CHECK(!text.empty());
  STATUS_EQUAL(Status::ok, read_health(text, memory, read));
  CHECK(read.uptime == message.uptime && read.receipt_bytes == kMost);
}

TEST(Health, the_last_will_says_who_is_gone_and_nothing_else) {
  const std::string text{write_last_will("press-7", space)};
  STRCMP_EQUAL(R"({"v":1,"gateway":"press-7","online":false})", text.c_str());
  STATUS_EQUAL(Status::ok, read_health(text, memory, read));
  CHECK(!read.online && read.gateway == "press-7" && read.boot == BootId{});
}

TEST(Health, members_that_nobody_knows_yet_are_passed_over) {
  check_read(R"({"v":1,"new":{"a":[1,{"b":null}]},"gateway":"g","online":true,"queue":{"x":[]}})",
             Status::ok);
  CHECK(read.gateway == "g" && read.online);
}

TEST(Health, what_is_no_health_message_is_refused) {
  check_read("", Status::corrupt);
  check_read("[]", Status::invalid);
  check_read(R"({"v":1,"gateway":"g"})", Status::invalid);
  check_read(R"({"v":1,"online":true})", Status::invalid);
  check_read(R"({"gateway":"g","online":true})", Status::invalid);
  check_read(R"({"v":1,"gateway":"../g","online":true})", Status::invalid);
  check_read(R"({"v":1,"gateway":"g","online":"yes"})", Status::invalid);
  check_read(R"({"v":1,"gateway":"g","online":true,"boot":"12"})", Status::invalid);
  check_read(R"({"v":1,"gateway":"g","online":true,"boot":"zzzzzzzzzzzzzzzz"})", Status::invalid);
  check_read(R"({"v":1,"gateway":"g","online":true,"uptime_ms":-1})", Status::invalid);
  check_read(R"({"v":1,"gateway":"g","online":true}x)", Status::corrupt);
  check_read(R"({"v":1,"gateway":"g","online":true,"activity":{"number":1,"digest":"ab"}})",
             Status::invalid);
  check_read(R"({"v":2,"gateway":"g","online":true})", Status::unsupported);
}

TEST(Health, example_of_the_format_description) {
  const std::string text = std::string(write_health(example(), space)) + "\n";
  STRCMP_EQUAL(golden_text("uplink/health.txt").c_str(), text.c_str());
  const std::string page = format_page("topics.md");
  CHECK(page.find(text) != std::string::npos);
}
