#include "stores/settings/value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "documents/names.h"
#include "vocabulary/identifiers.h"
#include "wire/channel/control_line.h"

namespace hf::stores {
namespace {

using settings::Kind;
using settings::Setting;

struct Unit {
  std::string_view word;
  double factor;
};

// The largest first: a value is written in the largest that leaves it whole.
constexpr std::array kDurationUnits{Unit{"d", 86'400'000}, Unit{"h", 3'600'000},
                                    Unit{"min", 60'000}, Unit{"s", 1'000}, Unit{"ms", 1}};
constexpr std::array kByteUnits{Unit{"GiB", 1'073'741'824},
                                Unit{"MiB", 1'048'576},
                                Unit{"KiB", 1'024},
                                Unit{"GB", 1e9},
                                Unit{"MB", 1e6},
                                Unit{"kB", 1e3},
                                Unit{"B", 1}};

FixedString<32> digits_of(double number) {
  std::array<char, 32> digits;
  const bool is_whole = number == std::trunc(number) && std::abs(number) < 1e15;
  const auto end = is_whole ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                            static_cast<std::int64_t>(number))
                            : std::to_chars(digits.data(), digits.data() + digits.size(), number);
  FixedString<32> text;
  text.assign({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())});
  return text;
}

template <std::size_t units_count>
void append_with_unit(const std::array<Unit, units_count>& units, double number, ValueText& text) {
  const auto unit = std::find_if(units.begin(), units.end() - 1, [number](const Unit& candidate) {
    return number >= candidate.factor && std::fmod(number, candidate.factor) == 0;
  });
  const Unit& chosen = number == 0 ? units[units.size() - 1] : *unit;
  text.assign(digits_of(number / chosen.factor).view());
  static_cast<void>(text.try_append(" "));
  static_cast<void>(text.try_append(chosen.word));
}

// One value and what is being said of it.
class Parsing {
 public:
  Parsing(const Setting& setting, std::string_view text, SettingsProblems& problems)
      : setting_(setting), text_(text), problems_(problems) {}

  Status value(SettingValue& value) {
    SettingValue found;
    HF_TRY(by_kind(found));
    value = found;
    return Status::ok;
  }

  // The bounds, of a number that is known.
  Status within_bounds(double number, SettingValue& value) {
    const bool is_whole = setting_.kind != Kind::real;
    if (is_whole && number != std::trunc(number)) return wrong({" is not whole"});
    if (number < setting_.least || number > setting_.most) return wrong({" is out of range"});
    value.number = number;
    return Status::ok;
  }

  // '`text`' and the rest; then what would be right.
  Status wrong(std::initializer_list<std::string_view> what) {
    FixedString<120> sentence;
    for (const std::string_view piece : what) static_cast<void>(sentence.try_append(piece));
    problems_.add(setting_.path, {"'", text_.substr(0, kQuotedMax), "'", sentence.view(),
                                  ": it may be ", format_bounds(setting_).view()});
    return Status::invalid;
  }

 private:
  static constexpr std::size_t kQuotedMax = 60;  // of a text that is wrong

  Status by_kind(SettingValue& value) {
    switch (setting_.kind) {
      case Kind::duration:
        return with_unit(kDurationUnits, " needs a unit (ms, s, min, h or d)", value);
      case Kind::bytes: return with_unit(kByteUnits, {}, value);
      case Kind::count:
      case Kind::real: return with_unit(std::array<Unit, 0>{}, {}, value);
      case Kind::boolean: return boolean(value);
      case Kind::choice: return word(value);
      case Kind::text:
      case Kind::identifier: return characters(value);
    }
    return Status::invalid;
  }

  // `no_unit`: what is wrong with a number alone; empty: nothing is.
  template <std::size_t units_count>
  Status with_unit(const std::array<Unit, units_count>& units, std::string_view no_unit,
                   SettingValue& value) {
    double number = 0;
    const char* const end = text_.data() + text_.size();
    const auto parsed = std::from_chars(text_.data(), end, number);
    if (parsed.ec != std::errc{} || !std::isfinite(number)) return wrong({" is not a number"});
    std::string_view unit{parsed.ptr, static_cast<std::size_t>(end - parsed.ptr)};
    while (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
    if (unit.empty()) {
      if (no_unit.empty() || number == 0) return within_bounds(number, value);
      return wrong({no_unit});
    }
    for (const Unit& candidate : units) {
      if (candidate.word == unit) return within_bounds(rounded(number * candidate.factor), value);
    }
    if (units.empty()) return wrong({" has a unit and should have none"});
    return wrong({" has an unknown unit"});
  }

  // 0.3 s are 300 ms, and not a hair more.
  static double rounded(double number) {
    const double nearest = std::round(number);
    return std::abs(number - nearest) < 1e-6 ? nearest : number;
  }

  Status boolean(SettingValue& value) {
    if (text_ != "true" && text_ != "false") return wrong({" is neither"});
    value.number = text_ == "true" ? 1 : 0;
    return Status::ok;
  }

  Status word(SettingValue& value) {
    FixedVector<std::string_view, 16> known;
    for (std::size_t i = 0;; ++i) {
      const std::string_view candidate = settings::choice_word(setting_, i);
      if (candidate.empty()) break;
      if (candidate == text_) {
        value.number = static_cast<double>(i);
        return Status::ok;
      }
      known.push(candidate);
    }
    const std::string_view meant = wire::nearest_word(text_, known.span());
    if (meant.empty()) return wrong({" is no such word"});
    return wrong({" is no such word (did you mean '", meant, "'?)"});
  }

  Status characters(SettingValue& value) {
    const auto is_control = [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
    };
    if (!documents::is_utf8(text_) || std::any_of(text_.begin(), text_.end(), is_control)) {
      problems_.add(setting_.path, {"a text in UTF-8 without control characters is needed"});
      return Status::invalid;
    }
    const auto bytes = static_cast<double>(text_.size());
    if (bytes > setting_.most || bytes < setting_.least) return wrong({" has the wrong length"});
    if (setting_.kind == Kind::identifier && !is_identifier(text_)) {
      return wrong({" is no identifier"});
    }
    value.text.assign(text_);
    return Status::ok;
  }

  const Setting& setting_;
  std::string_view text_;
  SettingsProblems& problems_;
};

Status wrong_kind(const Setting& setting, SettingsProblems& problems) {
  constexpr std::array<std::string_view, 8> kExpected{"a text such as \"10 s\"",
                                                      "a number, or a text such as \"64 KiB\"",
                                                      "a whole number",
                                                      "a number",
                                                      "true or false",
                                                      "a text",
                                                      "a text",
                                                      "a text"};
  problems.add(setting.path, {"expected ", kExpected[static_cast<std::size_t>(setting.kind)],
                              ": it may be ", format_bounds(setting).view()});
  return Status::invalid;
}

}  // namespace

SettingValue initial_value(const Setting& setting) {
  SettingValue value{.number = setting.initial, .text = {}};
  if (settings::is_textual(setting.kind)) value.text.assign(setting.words);
  return value;
}

ValueText format_value(const Setting& setting, const SettingValue& value) {
  ValueText text;
  switch (setting.kind) {
    case Kind::duration: append_with_unit(kDurationUnits, value.number, text); break;
    case Kind::bytes: append_with_unit(kByteUnits, value.number, text); break;
    case Kind::count:
    case Kind::real: text.assign(digits_of(value.number).view()); break;
    case Kind::boolean: text.assign(value.number != 0 ? "true" : "false"); break;
    case Kind::choice:
      text.assign(settings::choice_word(setting, static_cast<std::size_t>(value.number)));
      break;
    case Kind::text:
    case Kind::identifier: text = value.text;
  }
  return text;
}

FixedString<160> format_bounds(const Setting& setting) {
  FixedString<160> text;
  const auto add = [&text](std::string_view piece) { static_cast<void>(text.try_append(piece)); };
  switch (setting.kind) {
    case Kind::boolean: add("true or false"); break;
    case Kind::identifier: add("letters, digits, '_', '-' and '.', at most 32"); break;
    case Kind::text:
      add("a text of at most ");
      add(digits_of(setting.most).view());
      add(" bytes");
      break;
    case Kind::choice:
      for (std::size_t i = 0; !settings::choice_word(setting, i).empty(); ++i) {
        if (i > 0) add(settings::choice_word(setting, i + 1).empty() ? " or " : ", ");
        add(settings::choice_word(setting, i));
      }
      break;
    default:
      add("from ");
      add(format_value(setting, {.number = setting.least, .text = {}}).view());
      add(" to ");
      add(format_value(setting, {.number = setting.most, .text = {}}).view());
  }
  return text;
}

Status parse_value(const Setting& setting, std::string_view text, SettingValue& value,
                   SettingsProblems& problems) {
  return Parsing(setting, text, problems).value(value);
}

Status parse_value(const Setting& setting, wire::JsonValue json, SettingValue& value,
                   SettingsProblems& problems) {
  using wire::JsonKind;
  const bool takes_number =
      setting.kind == Kind::bytes || setting.kind == Kind::count || setting.kind == Kind::real;
  const bool takes_text =
      setting.kind != Kind::boolean && setting.kind != Kind::count && setting.kind != Kind::real;
  if (json.kind() == JsonKind::text && takes_text) {
    return parse_value(setting, json.text(), value, problems);
  }
  if (json.kind() == JsonKind::boolean && setting.kind == Kind::boolean) {
    value.number = json.boolean() ? 1 : 0;
    return Status::ok;
  }
  if (json.kind() == JsonKind::number && (takes_number || setting.kind == Kind::duration)) {
    const FixedString<32> digits = digits_of(json.number());
    return Parsing(setting, digits.view(), problems).value(value);
  }
  return wrong_kind(setting, problems);
}

}  // namespace hf::stores
