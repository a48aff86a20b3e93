#include "stores/settings/value.h"

#include <CppUTest/TestHarness.h>

#include <array>
#include <cmath>
#include <string>

#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores;
using settings::Effect;
using settings::Setting;

namespace {

constexpr Setting kWait =
    settings::duration("a.wait", Effect::at_once, seconds(10), milliseconds(100), hours(1), "w");
constexpr Setting kSize = settings::bytes("a.size", Effect::at_once, 0, 0, 1e12, "s");
constexpr Setting kCount = settings::count("a.count", Effect::at_once, 3, 1, 20, "c");
constexpr Setting kFactor = settings::real("a.factor", Effect::at_once, 2, 1, 10, "f");
constexpr Setting kYes = settings::boolean("a.yes", Effect::at_once, true, "y");
constexpr Setting kWho = settings::choice("a.who", Effect::at_once, 0, "hub|broker", "w");
constexpr Setting kHost = settings::text("a.host", Effect::at_once, "", 0, 20, "h");
constexpr Setting kName = settings::identifier("a.name", Effect::at_once, "default", "n");

}  // namespace

TEST_GROUP(SettingsValue) {
  SettingsProblems problems;
  SettingValue value;

  void check_taken(const Setting& setting, const char* text, double number) {
    CHECK_TEXT(is_ok(parse_value(setting, text, value, problems)), text);
    DOUBLES_EQUAL_TEXT(number, value.number, 0, text);
  }
  void check_refused(const Setting& setting, const char* text, const char* sentence) {
    problems.clear();
    value.number = 77;
    CHECK_TEXT(parse_value(setting, text, value, problems) == Status::invalid, text);
    LONGS_EQUAL_TEXT(1, problems.count(), text);
    STRCMP_EQUAL(sentence, problems.list()[0].text.c_str());
    STRCMP_EQUAL(std::string(setting.path).c_str(), problems.list()[0].path.c_str());
    DOUBLES_EQUAL_TEXT(77, value.number, 0, text);
  }
};

TEST(SettingsValue, is_read_with_its_unit) {
  check_taken(kWait, "10 s", 10'000);
  check_taken(kWait, "10s", 10'000);
  check_taken(kWait, "0.3 s", 300);
  check_taken(kWait, "1.5 min", 90'000);
  check_taken(kSize, "64 KiB", 65'536);
  check_taken(kSize, "1.5 GB", 1.5e9);
  check_taken(kSize, "77", 77);
  check_taken(kCount, "20", 20);
  check_taken(kFactor, "1.25", 1.25);
  check_taken(kYes, "false", 0);
  check_taken(kWho, "broker", 1);
}

TEST(SettingsValue, a_wrong_one_is_refused_with_what_would_be_right) {
  check_refused(kWait, "10",
                "'10' needs a unit (ms, s, min, h or d): it may be from 100 ms to 1 h");
  check_refused(kWait, "2 h", "'2 h' is out of range: it may be from 100 ms to 1 h");
  check_refused(kWait, "10 parsec",
                "'10 parsec' has an unknown unit: it may be from 100 ms to 1 h");
  check_refused(kWait, "soon", "'soon' is not a number: it may be from 100 ms to 1 h");
  check_refused(kWait, "0.0003 s", "'0.0003 s' is not whole: it may be from 100 ms to 1 h");
  check_refused(kWait, "-1 s", "'-1 s' is out of range: it may be from 100 ms to 1 h");
  check_refused(kWait, "nan s", "'nan s' is not a number: it may be from 100 ms to 1 h");
  check_refused(kCount, "2.5", "'2.5' is not whole: it may be from 1 to 20");
  check_refused(kCount, "3 s", "'3 s' has a unit and should have none: it may be from 1 to 20");
  check_refused(kYes, "yes", "'yes' is neither: it may be true or false");
  check_refused(kWho, "brokr",
                "'brokr' is no such word (did you mean 'broker'?): it may be hub or broker");
  check_refused(kHost, "a host name that is far too long",
                "'a host name that is far too long' has the wrong length: it may be a text of at "
                "most 20 bytes");
  check_refused(kHost, "\xFF", "a text in UTF-8 without control characters is needed");
  check_refused(kHost, "a\nb", "a text in UTF-8 without control characters is needed");
  check_refused(
      kName, "../etc",
      "'../etc' is no identifier: it may be letters, digits, '_', '-' and '.', at most 32");
}

TEST(SettingsValue, in_json_a_number_is_a_number_and_what_has_a_unit_a_text) {
  struct Case {
    const Setting& setting;
    const char* json;
    bool taken;
  };
  const std::array cases{
      Case{kWait, "\"10 s\"", true}, Case{kWait, "10000", false},  Case{kWait, "true", false},
      Case{kSize, "65536", true},    Case{kSize, "1.5", false},    Case{kSize, "\"64 KiB\"", true},
      Case{kCount, "3", true},       Case{kCount, "\"3\"", false}, Case{kCount, "1e400", false},
      Case{kFactor, "1.5", true},    Case{kFactor, "11", false},   Case{kYes, "true", true},
      Case{kYes, "\"true\"", false}, Case{kYes, "1", false},       Case{kWho, "\"hub\"", true},
      Case{kWho, "1", false},        Case{kHost, "null", false},   Case{kHost, "[]", false},
  };
  std::array<std::byte, 1024> memory{};
  for (const Case& c : cases) {
    wire::JsonReader json(memory);
    static_cast<void>(is_ok(json.read(c.json)));
    problems.clear();
    CHECK_TEXT(is_ok(parse_value(c.setting, json.root(), value, problems)) == c.taken, c.json);
    CHECK_TEXT(problems.empty() == c.taken, c.json);
  }
}

TEST(SettingsValue, what_is_written_is_read_back_to_the_same_value) {
  Random random(5);
  for (const Setting& setting : settings::kTable) {
    for (int round = 0; round < 50; ++round) {
      SettingValue written = initial_value(setting);
      if (!settings::is_textual(setting.kind)) {
        const double range = setting.most - setting.least;
        written.number = setting.least + range * random.fraction();
        if (setting.kind != settings::Kind::real) written.number = std::floor(written.number);
      }
      const ValueText text = format_value(setting, written);
      CHECK_TEXT(is_ok(parse_value(setting, text.view(), value, problems)), text.c_str());
      CHECK_TEXT(value == written, text.c_str());
    }
  }
}
