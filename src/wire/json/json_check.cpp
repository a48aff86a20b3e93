#include "wire/json/json_check.h"

#include <algorithm>

#include "documents/names.h"

namespace hf::wire {
namespace {

constexpr bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }

// A descent through the grammar of RFC 8259. Every method leaves `at_` behind what it read, and
// answers false after it has noted what is wrong.
class Check {
 public:
  explicit Check(std::string_view text) : text_(text) {}

  bool whole() {
    skip_space();
    if (!value(0)) return false;
    skip_space();
    return at_ == text_.size() || wrong("nothing may follow the end of the text");
  }

  JsonFault fault() const {
    const std::string_view before = text_.substr(0, wrong_at_);
    const std::size_t line_begins = before.rfind('\n') + 1;  // npos + 1 is the first line
    return {.line = 1 + static_cast<std::uint32_t>(std::count(before.begin(), before.end(), '\n')),
            .column = 1 + static_cast<std::uint32_t>(wrong_at_ - line_begins),
            .problem = problem_};
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_])) ++at_;
  }
  bool wrong(std::string_view problem) { return wrong(problem, at_); }
  bool wrong(std::string_view problem, std::size_t at) {
    problem_ = at >= text_.size() ? std::string_view{"the text ends too soon"} : problem;
    wrong_at_ = std::min(at, text_.size());
    return false;
  }

  bool value(std::uint32_t depth) {
    switch (peek()) {
      case '{': return members(depth + 1);
      case '[': return elements(depth + 1);
      case '"': return string();
      case 't': return word("true");
      case 'f': return word("false");
      case 'n': return word("null");
      default: return number();
    }
  }

  bool members(std::uint32_t depth) {
    if (depth > kJsonDepthMax) return wrong("nested too deeply: 16 levels are the most");
    ++at_;
    skip_space();
    if (take('}')) return true;
    for (std::uint32_t count = 1;; ++count) {
      if (count > kJsonElementsMax) return wrong("too many members: 1024 are the most");
      if (peek() != '"') return wrong("expected the name of a member, in double quotes");
      if (!string()) return false;
      skip_space();
      if (!take(':')) return wrong("expected ':' after the name of a member");
      skip_space();
      if (!value(depth)) return false;
      skip_space();
      if (take('}')) return true;
      if (!take(',')) return wrong("expected ',' or '}' after a member");
      skip_space();
    }
  }

  bool elements(std::uint32_t depth) {
    if (depth > kJsonDepthMax) return wrong("nested too deeply: 16 levels are the most");
    ++at_;
    skip_space();
    if (take(']')) return true;
    for (std::uint32_t count = 1;; ++count) {
      if (count > kJsonElementsMax) return wrong("too many elements: 1024 are the most");
      if (!value(depth)) return false;
      skip_space();
      if (take(']')) return true;
      if (!take(',')) return wrong("expected ',' or ']' after an element");
      skip_space();
    }
  }

  bool word(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return wrong("expected a value");
    at_ += expected.size();
    return true;
  }

  bool string() {
    ++at_;
    while (!take('"')) {
      const auto code = static_cast<unsigned char>(peek());
      if (at_ >= text_.size()) return wrong("");
      if (code < 0x20)
        return wrong("a control character in a text: write it as \\n, \\t or \\u00xx");
      if (code == '\\') {
        if (!escape()) return false;
      } else if (code >= 0x80) {
        if (!character(code)) return false;
      } else {
        ++at_;
      }
    }
    return true;
  }

  // Of two bytes or more; its first one is `code`.
  bool character(unsigned char code) {
    const std::size_t bytes = code < 0xE0 ? 2 : code < 0xF0 ? 3 : 4;
    if (!documents::is_utf8(text_.substr(at_, bytes))) return wrong("this is not UTF-8");
    at_ += bytes;
    return true;
  }

  bool escape() {
    const std::size_t begin = at_++;
    if (peek() != 'u') {
      if (std::string_view{"\"\\/bfnrt"}.find(peek()) == std::string_view::npos) {
        return wrong("unknown escape: \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\uxxxx exist", begin);
      }
      ++at_;
      return true;
    }
    std::uint32_t code = 0;
    if (!hex(code)) return false;
    if (code == 0) return wrong("the character U+0000 may not stand in a text", begin);
    if (code < 0xD800 || code > 0xDFFF) return true;
    std::uint32_t low = 0;
    if (code > 0xDBFF || !take('\\') || peek() != 'u' || !hex(low) || low < 0xDC00 ||
        low > 0xDFFF) {
      return wrong("half a surrogate pair", begin);
    }
    return true;
  }

  // Four hexadecimal digits behind the 'u' that is next.
  bool hex(std::uint32_t& code) {
    ++at_;
    for (int i = 0; i < 4; ++i) {
      const char c = peek();
      const auto low = static_cast<char>(c | 0x20);
      if (!is_digit(c) && (low < 'a' || low > 'f'))
        return wrong("expected four hexadecimal digits");
      code = code * 16 + static_cast<std::uint32_t>(is_digit(c) ? c - '0' : low - 'a' + 10);
      ++at_;
    }
    return true;
  }

  bool digits() {
    if (!is_digit(peek())) return false;
    while (is_digit(peek())) ++at_;
    return true;
  }

  bool number() {
    const std::size_t begin = at_;
    const bool is_negative = take('-');
    const bool leads_with_zero = peek() == '0';
    const std::size_t digits_begin = at_;
    if (!digits()) return wrong(is_negative ? "expected a digit" : "expected a value");
    if (leads_with_zero && at_ - digits_begin > 1)
      return wrong("a number has no leading zero", begin);
    if (take('.') && !digits()) return wrong("expected a digit");
    if ((peek() | 0x20) == 'e') {
      ++at_;
      if (peek() == '+' || peek() == '-') ++at_;
      if (!digits()) return wrong("expected a digit");
    }
    return at_ - begin <= kJsonNumberBytesMax || wrong("a number of too many digits", begin);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t wrong_at_ = 0;
  std::string_view problem_;
};

}  // namespace

Status check_json(std::string_view text, JsonFault& fault) {
  Check check(text);
  if (check.whole()) return Status::ok;
  fault = check.fault();
  return Status::corrupt;
}

}  // namespace hf::wire
