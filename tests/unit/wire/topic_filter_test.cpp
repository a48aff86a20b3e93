#include "wire/channel/topic_filter.h"

#include <CppUTest/TestHarness.h>

using namespace hf;

TEST_GROUP(TopicFilter){};

TEST(TopicFilter, matches_as_the_standard_says) {
  struct Case {
    std::string_view filter;
    std::string_view topic;
    bool matches;
  };
  constexpr Case kCases[] = {
      {"a/b", "a/b", true},       {"a/b", "a/c", false},     {"a/b", "a/b/c", false},
      {"a/+", "a/b", true},       {"a/+", "a", false},       {"a/+", "a/", true},
      {"a/+/c", "a/b/c", true},   {"+", "a/b", false},       {"+/+", "/b", true},
      {"#", "a/b/c", true},       {"a/#", "a/b/c", true},    {"a/#", "a", true},
      {"a/#", "ab", false},       {"#", "$SYS/load", false}, {"+/load", "$SYS/load", false},
      {"$SYS/#", "$SYS/x", true}, {"a/b/#", "a", false},
  };
  for (const Case& each : kCases) {
    CHECK_EQUAL_TEXT(each.matches, wire::matches(each.filter, each.topic), each.filter.data());
  }
}

TEST(TopicFilter, wildcards_stand_for_whole_levels_only) {
  for (const std::string_view good : {"a", "+", "#", "a/+/b", "a/#", "/", "+/#"}) {
    CHECK(wire::is_topic_filter(good));
  }
  for (const std::string_view bad : {"", "a+", "a/b#", "#/a", "a/#/b", "+a/b"}) {
    CHECK_FALSE(wire::is_topic_filter(bad));
  }
}

TEST(TopicFilter, a_name_has_no_wildcards) {
  CHECK(wire::is_topic_name("a/b"));
  for (const std::string_view bad : {"", "a/+", "#"}) CHECK_FALSE(wire::is_topic_name(bad));
}
