#include "wire/channel/control_line.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

using namespace hf;
using namespace hf::wire;

TEST_GROUP(ControlLine) { ControlRequest request; };

TEST(ControlLine, is_a_verb_and_perhaps_a_json_object) {
  CHECK(is_ok(parse_control_line("status", request)));
  CHECK(request.verb == "status" && request.arguments.empty());
  CHECK(is_ok(parse_control_line(R"(settings.set  {"a":1})", request)));
  CHECK(request.verb == "settings.set" && request.arguments == R"({"a":1})");
}

TEST(ControlLine, refuses_what_does_not_begin_with_a_verb) {
  for (const char* line :
       {"", " status", "Status", "{\"a\":1}", "status\t", "status a=1", "sta/tus"}) {
    CHECK_TEXT(parse_control_line(line, request) == Status::invalid, line);
  }
  CHECK(parse_control_line(std::string(kVerbCharactersMax + 1, 'a'), request) == Status::invalid);
}

TEST(ControlLine, a_slip_of_the_finger_finds_the_verb_that_was_meant) {
  constexpr std::array<std::string_view, 4> kKnown{"status", "queue", "settings.get",
                                                   "settings.set"};
  CHECK(nearest_word("statu", kKnown) == "status");
  CHECK(nearest_word("settings.st", kKnown) == "settings.set");
  CHECK(nearest_word("queueu", kKnown) == "queue");
  CHECK(nearest_word("reboot", kKnown).empty());
  CHECK(nearest_word(std::string(200, 'x'), kKnown).empty());
}
