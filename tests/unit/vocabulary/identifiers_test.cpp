#include "vocabulary/identifiers.h"

#include <CppUTest/TestHarness.h>

#include <array>

using namespace hf;

TEST_GROUP(Identifiers){};

TEST(Identifiers, accept_what_is_harmless_in_topics_files_and_sql) {
  for (const std::string_view text :
       {"a", "7", "pump-1", "Line.3_west", "0123456789abcdef0123456789abcdef"}) {
    CHECK_TEXT(is_identifier(text), text.data());
  }
}

TEST(Identifiers, refuse_what_would_change_meaning_somewhere) {
  struct Case {
    std::string_view text;
    const char* why;
  };
  constexpr std::array kCases{
      Case{.text = "", .why = "empty"},
      Case{.text = "a/b", .why = "topic level"},
      Case{.text = "+", .why = "topic wildcard"},
      Case{.text = "#", .why = "topic wildcard"},
      Case{.text = "$SYS", .why = "broker's own topics"},
      Case{.text = "..", .why = "parent folder"},
      Case{.text = ".hidden", .why = "hidden file"},
      Case{.text = "-rf", .why = "command line flag"},
      Case{.text = "a b", .why = "space"},
      Case{.text = "a'b", .why = "quote"},
      Case{.text = "a\nb", .why = "line break"},
      Case{.text = {"a\0b", 3}, .why = "null byte"},
      Case{.text = "p\xC3\xBCmpe", .why = "not ASCII"},
      Case{.text = "0123456789abcdef0123456789abcdef0", .why = "33 characters"},
  };
  for (const Case& c : kCases) CHECK_TEXT(!is_identifier(c.text), c.why);
}

TEST(Identifiers, a_refused_text_leaves_the_identifier_as_it_was) {
  SensorId id;
  CHECK(is_ok(SensorId::parse("flow", id)));
  CHECK(SensorId::parse("a/b", id) == Status::invalid);
  CHECK(id.text() == "flow");
}
