#include "gateway/arrivals.h"

#include <CppUTest/TestHarness.h>

#include <memory>
#include <string>

#include "tests/support/shelf_on_sim.h"
#include "tests/support/status_equal.h"
#include "vocabulary/bytes.h"

using namespace hf;
using namespace hf::gateway;

namespace {

struct Beyond final : flows::UplinkInbox {
  Status take(wire::TopicClass topic_class, std::span<const std::byte> payload, Uptime) override {
    taken = topic_class;
    text = text_of(payload);
    return Status::full;
  }
  wire::TopicClass taken = wire::TopicClass::command;
  std::string text;
};

}  // namespace

TEST_GROUP(Arrivals) {
  Beyond beyond;
  test::ShelfOnSim on;
  std::unique_ptr<Arrivals> arrivals;
  UtcReading now{.at = UtcTime{1000}, .error = {}, .quality = TimeQuality::coarse};

  void setup() override { start(); }
  void teardown() override { arrivals.reset(); }
  void start() {
    arrivals.reset();
    STATUS_EQUAL(Status::ok, on.start());
    arrivals = std::make_unique<Arrivals>(beyond, *on.shelf);
  }
  Status take(const std::string& text, wire::TopicClass topic_class = wire::TopicClass::command) {
    return arrivals->take(topic_class, bytes_of(text), Uptime{});
  }
};

TEST(Arrivals, a_command_waits_until_it_is_done_and_another_finds_no_room) {
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"a","verb":"status"})"));
  CHECK(arrivals->has_command());
  STRCMP_EQUAL("status", std::string{arrivals->due(now).line}.c_str());
  STATUS_EQUAL(Status::full, take(R"({"v":1,"id":"b","verb":"status"})"));
  STRCMP_EQUAL("a", arrivals->id().c_str());
  arrivals->done();
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"b","verb":"help"})"));
  STRCMP_EQUAL("help", std::string{arrivals->due(now).line}.c_str());
}

TEST(Arrivals, the_same_command_is_not_done_twice) {
  for (int i = 0; i < 3; ++i) {
    STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"a","verb":"status"})"));
    CHECK(arrivals->has_command() == (i == 0));
    arrivals->done();
  }
}

TEST(Arrivals, one_that_was_begun_before_the_last_start_is_refused_and_one_that_was_not_is_done) {
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"a","verb":"equipment.set"})"));
  arrivals->begin(now);
  arrivals->done();
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"b","verb":"equipment.set"})"));
  start();
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"a","verb":"equipment.set"})"));
  CHECK(arrivals->has_command());
  CHECK(arrivals->due(now).line.empty());
  CHECK(arrivals->due(now).refusal.find("stale") != std::string_view::npos);
  arrivals->done();
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"b","verb":"equipment.set"})"));
  STRCMP_EQUAL("equipment.set", std::string{arrivals->due(now).line}.c_str());
}

TEST(Arrivals, a_command_whose_last_moment_has_passed_is_refused) {
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"a","verb":"status","expires_utc_ms":1000})"));
  STRCMP_EQUAL("status", std::string{arrivals->due(now).line}.c_str());
  now.at = UtcTime{1001};
  CHECK(arrivals->due(now).line.empty());
  CHECK(arrivals->due(now).refusal.find("stale") != std::string_view::npos);
}

TEST(Arrivals, while_nobody_knows_the_time_nothing_with_a_last_moment_is_done) {
  now.quality = TimeQuality::floor;
  STATUS_EQUAL(Status::ok, take(R"({"v":1,"id":"a","verb":"status","expires_utc_ms":1})"));
  CHECK(arrivals->due(now).line.empty());
  CHECK(arrivals->due(now).refusal.find("busy") != std::string_view::npos);
}

TEST(Arrivals, what_is_no_command_is_refused) {
  STATUS_EQUAL(Status::invalid, take("status"));
  CHECK(!arrivals->has_command());
}

TEST(Arrivals, all_but_commands_goes_on_at_once_with_the_answer_of_who_takes_it) {
  STATUS_EQUAL(Status::full, take("a document", wire::TopicClass::state_down));
  CHECK(beyond.taken == wire::TopicClass::state_down);
  STRCMP_EQUAL("a document", beyond.text.c_str());
  CHECK_FALSE(arrivals->has_command());
}
