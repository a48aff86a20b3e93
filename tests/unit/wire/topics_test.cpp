#include "wire/uplink/topics.h"

#include <CppUTest/TestHarness.h>

#include <string>

#include "tests/support/status_equal.h"
#include "wire/channel/topic_filter.h"

using namespace hf;
using namespace hf::wire;

TEST_GROUP(Topics) {
  static constexpr TopicOwner kOwner{.root = "holdfast", .tenant = "default", .gateway = "press-7"};
  ParsedTopic parsed;
};

TEST(Topics, what_is_written_is_read_back_for_every_class) {
  for (std::size_t i = 0; i < kTopicClassCount; ++i) {
    const auto topic_class = static_cast<TopicClass>(i);
    TopicName topic;
    STATUS_EQUAL(Status::ok, write_topic(kOwner, topic_class, topic));
    STRCMP_EQUAL(("holdfast/v1/default/press-7/" + std::string(to_text(topic_class))).c_str(),
                 topic.c_str());
    STATUS_EQUAL(Status::ok, parse_topic(topic.view(), parsed));
    CHECK(parsed.topic_class == topic_class);
    CHECK(parsed.owner.root == "holdfast" && parsed.owner.tenant == "default");
    CHECK(parsed.owner.gateway == "press-7");
  }
}

TEST(Topics, the_longest_names_fit) {
  const std::string longest(kIdentifierCharactersMax, 'x');
  const TopicOwner owner{.root = longest, .tenant = longest, .gateway = longest};
  TopicName topic;
  STATUS_EQUAL(Status::ok, write_topic(owner, TopicClass::command_result, topic));
  LONGS_EQUAL(kTopicCharactersMax, topic.size());
  STATUS_EQUAL(Status::ok, parse_topic(topic.view(), parsed));
  TopicFilter filter;
  STATUS_EQUAL(Status::ok, write_filter(longest, longest, TopicClass::command_result, filter));
}

TEST(Topics, a_name_that_is_no_identifier_goes_neither_out_nor_in) {
  for (const std::string name :
       {"", "+", "#", "a/b", "..", "$SYS", "a b", "-x", "abcdefghijklmnopqrstuvwxyz0123456"}) {
    TopicName topic;
    STATUS_EQUAL(Status::invalid,
                 write_topic({.root = name, .tenant = "t", .gateway = "g"}, {}, topic));
    STATUS_EQUAL(Status::invalid,
                 write_topic({.root = "r", .tenant = name, .gateway = "g"}, {}, topic));
    STATUS_EQUAL(Status::invalid,
                 write_topic({.root = "r", .tenant = "t", .gateway = name}, {}, topic));
    STATUS_EQUAL(Status::invalid, parse_topic(name + "/v1/t/g/live", parsed));
    STATUS_EQUAL(Status::invalid, parse_topic("r/v1/" + name + "/g/live", parsed));
    STATUS_EQUAL(Status::invalid, parse_topic("r/v1/t/" + name + "/live", parsed));
  }
}

TEST(Topics, another_version_and_another_class_are_not_ours) {
  for (const std::string_view topic :
       {"holdfast/v2/default/press-7/live", "holdfast/v1/default/press-7/", "holdfast",
        "holdfast/v1/default/press-7", "holdfast/v1/default/press-7/live/", "",
        "holdfast/v1/default/press-7/state/up", "holdfast/v1/default/press-7/LIVE"}) {
    STATUS_EQUAL(Status::invalid, parse_topic(topic, parsed));
  }
}

TEST(Topics, a_filter_takes_one_class_of_every_gateway_and_no_other_class) {
  for (std::size_t wanted = 0; wanted < kTopicClassCount; ++wanted) {
    TopicFilter filter;
    STATUS_EQUAL(Status::ok, write_filter({}, "holdfast", static_cast<TopicClass>(wanted), filter));
    for (std::size_t given = 0; given < kTopicClassCount; ++given) {
      TopicName topic;
      STATUS_EQUAL(Status::ok, write_topic(kOwner, static_cast<TopicClass>(given), topic));
      CHECK(matches(filter.view(), topic.view()) == (wanted == given));
    }
  }
  TopicFilter shared;
  STATUS_EQUAL(Status::ok, write_filter("hub", "holdfast", TopicClass::live, shared));
  STRCMP_EQUAL("$share/hub/holdfast/v1/+/+/live", shared.c_str());
  STATUS_EQUAL(Status::invalid, write_filter("h/ub", "holdfast", TopicClass::live, shared));
}

TEST(Topics, every_kind_of_frame_has_its_class) {
  CHECK(class_of(FrameKind::readings, true) == TopicClass::live);
  CHECK(class_of(FrameKind::readings, false) == TopicClass::frames);
  CHECK(class_of(FrameKind::envelopes_10s, false) == TopicClass::frames);
  CHECK(class_of(FrameKind::alert, false) == TopicClass::alert);
  for (const auto kind : {FrameKind::gap, FrameKind::anchor, FrameKind::state, FrameKind::roster,
                          static_cast<FrameKind>(200)}) {
    CHECK(class_of(kind, false) == TopicClass::state);
  }
}
