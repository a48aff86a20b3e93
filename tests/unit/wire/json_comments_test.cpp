#include "wire/json/json_comments.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

using namespace hf;

TEST_GROUP(JsonComments){};

TEST(JsonComments, become_spaces_and_everything_else_stays_where_it_was) {
  struct Case {
    const char* text;
    const char* expected;
  };
  const std::array cases{
      Case{"{\"a\":1} // x", "{\"a\":1}     "},
      Case{"// x\n{}", "    \n{}"},
      Case{"{/* x\ny */}", "{    \n    }"},
      Case{"{\"a\":\"// no /* no */\"}", "{\"a\":\"// no /* no */\"}"},
      Case{"{\"a\\\"//\":1}//", "{\"a\\\"//\":1}  "},
      Case{"/* not closed", "             "},
      Case{"/", "/"},
      Case{"\"not closed //", "\"not closed //"},
      Case{"\"\\", "\"\\"},
      Case{"/*/ x */1", "        1"},
      Case{"", ""},
  };
  for (const Case& c : cases) {
    std::string text = c.text;
    wire::blank_comments(text);
    STRCMP_EQUAL(c.expected, text.c_str());
  }
}
