#include "wire/channel/json_writer.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <charconv>
#include <cmath>

using namespace hf;
using namespace hf::wire;

TEST_GROUP(JsonText) { std::array<char, 256> bytes{}; };

TEST(JsonText, puts_commas_between_and_nowhere_else) {
  JsonWriter json(bytes);
  json.open_object();
  json.member("a", std::int64_t{1});
  json.open_array("b");
  json.element("x");
  json.open_object();
  json.close_object();
  json.open_array();
  json.close_array();
  json.close_array();
  json.open_object("c");
  json.close_object();
  json.member("d", true);
  json.close_object();
  STRCMP_EQUAL(R"({"a":1,"b":["x",{},[]],"c":{},"d":true})", std::string(json.text()).c_str());
}

TEST(JsonText, escapes_quotes_backslashes_and_control_characters) {
  JsonWriter json(bytes);
  json.open_object();
  json.member("k", "a\"b\\c\nd");
  json.close_object();
  STRCMP_EQUAL(R"({"k":"a\"b\\c\u000ad"})", std::string(json.text()).c_str());
}

TEST(JsonText, a_real_keeps_every_bit_and_what_json_cannot_say_is_null) {
  for (const double value : {0.1, -0.0, 1e300, 5e-324, 123456789.123}) {
    JsonWriter json(bytes);
    json.open_array();
    json.element(value);
    json.close_array();
    const auto text = json.text().substr(1);
    double read = 7;
    std::from_chars(text.data(), text.data() + text.size(), read);
    CHECK(std::signbit(value) == std::signbit(read) && value == read);
  }
  JsonWriter json(bytes);
  json.open_array();
  json.element(std::nan(""));
  json.element(INFINITY);
  json.close_array();
  STRCMP_EQUAL("[null,null]", std::string(json.text()).c_str());
}

TEST(JsonText, a_text_that_does_not_fit_is_no_text_for_every_size_too_small) {
  const auto write = [](std::span<char> into) {
    JsonWriter json(into);
    json.open_object();
    json.member("number", std::int64_t{-12345});
    json.member("text", "abc");
    json.close_object();
    return json;
  };
  const std::size_t needed = write(bytes).text().size();
  for (std::size_t size = 0; size < needed; ++size) {
    const JsonWriter json = write(std::span{bytes}.first(size));
    CHECK(json.status() == Status::full);
    CHECK(json.text().empty());
  }
  CHECK(is_ok(write(std::span{bytes}.first(needed)).status()));
}
