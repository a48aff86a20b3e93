#include "wire/json/json_reader.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "vocabulary/random.h"
#include "wire/channel/json_writer.h"

using namespace hf;
using namespace hf::wire;

TEST_GROUP(JsonReading) {
  std::array<std::byte, 64 * 1024> memory{};
  JsonReader json{memory};
  JsonFault fault;

  JsonValue take(std::string_view text) {
    CHECK_TEXT(is_ok(json.read(text, fault)), std::string(text).c_str());
    return json.root();
  }
  void check_refused(const std::string& text, std::uint32_t line, std::uint32_t column,
                     std::string_view problem) {
    CHECK_TEXT(json.read(text, fault) == Status::corrupt, text.c_str());
    STRCMP_EQUAL_TEXT(std::string(problem).c_str(), std::string(fault.problem).c_str(),
                      text.c_str());
    LONGS_EQUAL_TEXT(line, fault.line, text.c_str());
    LONGS_EQUAL_TEXT(column, fault.column, text.c_str());
    CHECK_TEXT(!json.root().present(), text.c_str());
  }
};

TEST(JsonReading, an_object_is_walked_and_asked_for_its_members) {
  const JsonValue root =
      take(R"({"verb":"ack","rows":[1,2.5,-3e2],"deep":{"yes":true,"no":null},"rows2":[]})");
  STRCMP_EQUAL("ack", std::string(root.find("verb").text()).c_str());
  std::string seen;
  for (const JsonValue member : root) seen.append(member.name()).append(" ");
  STRCMP_EQUAL("verb rows deep rows2 ", seen.c_str());
  double sum = 0;
  for (const JsonValue element : root.find("rows")) sum += element.number();
  DOUBLES_EQUAL(-296.5, sum, 0);
  LONGS_EQUAL(3, root.find("rows").count());
  CHECK(root.find("deep").find("yes").boolean());
  CHECK(root.find("deep").find("no").kind() == JsonKind::null);
}

TEST(JsonReading, what_is_absent_or_of_another_kind_reads_as_empty) {
  const JsonValue root = take(R"({"a":[1],"t":"x"})");
  const JsonValue absent = root.find("b").find("c");
  CHECK(!absent.present() && absent.kind() == JsonKind::absent && absent.text().empty());
  CHECK(absent.begin() == JsonValue::end() && absent.count() == 0 && absent.name().empty());
  CHECK(root.find("t").integer().status() == Status::not_found && !root.find("t").boolean());
  CHECK(std::isnan(root.find("a").number()) && !root.find("a").find("x").present());
  CHECK(!root.find("A").present());  // names differ by case
}

TEST(JsonReading, a_whole_number_is_exact_or_refused) {
  struct Case {
    const char* text;
    Result<std::int64_t> expected;
  };
  const std::array cases{
      Case{"0", std::int64_t{0}},
      Case{"-17", std::int64_t{-17}},
      Case{"1e3", std::int64_t{1000}},
      Case{"9007199254740991", std::int64_t{9'007'199'254'740'991}},
      Case{"9007199254740993", Status::invalid},  // as a double it is …992
      Case{"1.5", Status::invalid},
      Case{"\"1\"", Status::not_found},
  };
  for (const Case& c : cases) {
    const Result<std::int64_t> found = take(c.text).integer();
    CHECK_TEXT(found.status() == c.expected.status(), c.text);
    if (found.ok()) CHECK_TEXT(found.value() == c.expected.value(), c.text);
  }
}

TEST(JsonReading, escapes_are_taken_out) {
  STRCMP_EQUAL("a\"\\/\b\n\té€😀",
               std::string(take(R"("a\"\\\/\b\n\t\u00e9\u20AC\ud83d\uDE00")").text()).c_str());
}

TEST(JsonReading, a_wrong_text_is_refused_with_its_place_and_what_would_be_right) {
  check_refused("", 1, 1, "the text ends too soon");
  check_refused("{\"a\":1", 1, 7, "the text ends too soon");
  check_refused("{\n  \"a\": 1\n  \"b\": 2\n}", 3, 3, "expected ',' or '}' after a member");
  check_refused("{\"a\" 1}", 1, 6, "expected ':' after the name of a member");
  check_refused("{a:1}", 1, 2, "expected the name of a member, in double quotes");
  check_refused("[1 2]", 1, 4, "expected ',' or ']' after an element");
  check_refused("[1,]", 1, 4, "expected a value");
  check_refused("{\"a\":1} x", 1, 9, "nothing may follow the end of the text");
  check_refused("\xEF\xBB\xBF{}", 1, 1, "expected a value");
  check_refused("[tru]", 1, 2, "expected a value");
  check_refused("'a'", 1, 1, "expected a value");
}

TEST(JsonReading, what_two_programs_could_read_in_two_ways_is_refused) {
  check_refused("[01]", 1, 2, "a number has no leading zero");
  check_refused("[1.]", 1, 4, "expected a digit");
  check_refused("[-]", 1, 3, "expected a digit");
  check_refused("[+1]", 1, 2, "expected a value");
  check_refused("[NaN]", 1, 2, "expected a value");
  check_refused("[1e999]", 0, 0, "a number is too large");
  check_refused("[" + std::string(41, '1') + "]", 1, 2, "a number of too many digits");
  check_refused(R"({"a":1,"b":{"c":1,"c":2}})", 0, 0, "a name stands twice in one object");
  check_refused(R"({"a":1,"\u0061":2})", 0, 0, "a name stands twice in one object");
  check_refused(R"(["\u0000"])", 1, 3, "the character U+0000 may not stand in a text");
  check_refused(R"(["\ud800"])", 1, 3, "half a surrogate pair");
  check_refused(R"(["\ud800\u0041"])", 1, 3, "half a surrogate pair");
  check_refused(R"(["\udc00"])", 1, 3, "half a surrogate pair");
  check_refused(R"(["\x41"])", 1, 3,
                "unknown escape: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uxxxx exist");
  check_refused("[\"a\nb\"]", 1, 4,
                "a control character in a text: write it as \\n, \\t or \\u00xx");
  check_refused(std::string("[\"a\0b\"]", 7), 1, 4,
                "a control character in a text: write it as \\n, \\t or \\u00xx");
}

TEST(JsonReading, bytes_that_are_not_utf8_are_refused_where_they_stand) {
  for (const char* bad :
       {"\x80", "\xC0\xAF", "\xE0\x80\x80", "\xED\xA0\x80", "\xF5\x80\x80\x80", "\xC3"}) {
    check_refused("[\"ab" + std::string(bad) + "\"]", 1, 5, "this is not UTF-8");
  }
}

TEST(JsonReading, depth_and_counts_are_bounded_before_anything_is_built) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  CHECK(is_ok(json.read(nested(kJsonDepthMax))));
  check_refused(nested(kJsonDepthMax + 1), 1, 17, "nested too deeply: 16 levels are the most");
  CHECK(json.read(std::string(1'000'000, '[')) == Status::corrupt);
  std::string many = "[0";
  for (std::uint32_t i = 1; i < kJsonElementsMax; ++i) many += ",0";
  static std::array<std::byte, 256 * 1024> plenty;
  JsonReader large(plenty);
  CHECK(is_ok(large.read(many + "]", fault)));
  CHECK(large.read(many + ",0]", fault) == Status::corrupt);
}

TEST(JsonReading, a_text_larger_than_the_memory_is_full_and_leaves_nothing_half_read) {
  const std::string text = R"({"list":[1,2,3,4,5,6,7,8],"name":"a longer text than fits"})";
  std::size_t least = 0;
  for (std::size_t size = 0; size < 2048; ++size) {
    JsonReader small(std::span{memory}.first(size));
    const Status status = small.read(text, fault);
    CHECK(status == Status::full || is_ok(status));
    CHECK(is_ok(status) == small.root().present());
    if (!is_ok(status)) least = size + 1;
  }
  CHECK(least > text.size() && least < 2048);
}

TEST(JsonReading, what_our_writer_writes_is_read_back_to_the_bit) {
  Random random(41);
  std::array<char, 4096> bytes{};
  for (int round = 0; round < 200; ++round) {
    JsonWriter writer(bytes);
    std::vector<double> numbers;
    writer.open_object();
    writer.member("text", "\x01\x1f\"\\é");
    writer.open_array("numbers");
    for (int i = 0; i < 20; ++i) {
      const double number =
          std::ldexp(random.fraction() - 0.5, static_cast<int>(random.below(400)) - 200);
      numbers.push_back(number);
      writer.element(number);
    }
    writer.close_array();
    writer.close_object();
    const JsonValue root = take(writer.text());
    STRCMP_EQUAL("\x01\x1f\"\\é", std::string(root.find("text").text()).c_str());
    auto expected = numbers.begin();
    for (const JsonValue element : root.find("numbers")) CHECK(element.number() == *expected++);
  }
}

namespace {

// Adds up all there is, so that every byte of the tree is looked at.
std::size_t weigh(JsonValue value) {
  std::size_t weight = value.text().size() + value.name().size() + 1;
  for (const JsonValue child : value) weight += weigh(child);
  return weight;
}

std::string spoil(std::string text, Random& random) {
  constexpr std::string_view kPieces = "{}[]\",:\\ut0-.eE\n\x80\xC3\xED\xF4 /*19ndf";
  for (std::uint64_t i = 0; i <= random.below(4); ++i) {
    const std::size_t at = random.below(text.size() + 1);
    const char piece = kPieces[random.below(kPieces.size())];
    switch (random.below(4)) {
      case 0: text.insert(at, 1, piece); break;
      case 1: text.erase(at, 1 + random.below(3)); break;
      case 2: text.insert(at, text.substr(random.below(text.size() + 1), random.below(12))); break;
      default:
        if (at < text.size()) text[at] = piece;
    }
  }
  return text;
}

}  // namespace

// cJSON ends a number at 63 characters, a text at U+0000 and so on; whatever it refuses although
// the check let it through would be reported as `full`, and there is plenty of memory here.
TEST(JsonReading, hostile_texts_are_refused_by_the_check_or_built_as_they_stand) {
  const std::array<std::string, 4> seeds{
      R"({"a":[1,-2.5e-3,true,null,{"b":"\u00e9\ud83d\ude00"}],"c":"x\\\"y","d":{}})",
      R"([[[[["deep"]]]],0.1,1e10,"",{"":""}])", "{\n\t\"é€😀\": \"\\/\"\r\n}", "-0.0e+00"};
  std::size_t built = 0;
  for (std::uint64_t seed = 0; seed < 40'000; ++seed) {
    Random random(seed);
    const std::string text = spoil(seeds[seed % seeds.size()], random);
    const Status status = json.read(text, fault);
    CHECK_TEXT(is_ok(status) || status == Status::corrupt,
               (std::to_string(seed) + ": " + text).c_str());
    if (is_ok(status)) built += weigh(json.root()) > 0 ? 1U : 0U;
  }
  CHECK(built > 1000);  // or the spoiling spoils everything
}
