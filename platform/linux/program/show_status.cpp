#include "platform/linux/program/show_status.h"

#include <algorithm>
#include <cstdint>

namespace hf::program {
namespace {

constexpr std::size_t kIndent = 2;
constexpr std::size_t kNameWidth = 24;
constexpr std::size_t kCellWidth = 14;

// Walks a JSON text that our own JsonWriter made; anything else comes out odd, never out of bounds.
class Outline {
 public:
  explicit Outline(std::string_view json) : json_(json) {}

  std::string draw() {
    value(0);
    return std::move(text_);
  }

 private:
  char peek() const { return at_ < json_.size() ? json_[at_] : '\0'; }
  bool take(char c) {
    if (peek() != c) return false;
    ++at_;
    return true;
  }

  std::string_view scalar() {
    const std::size_t begin = at_;
    if (take('"')) {
      while (at_ < json_.size() && json_[at_] != '"') at_ += json_[at_] == '\\' ? 2U : 1U;
      at_ = std::min(at_ + 1, json_.size());
      return json_.substr(begin + 1, at_ - begin - 2);
    }
    while (at_ < json_.size() && std::string_view{",]}"}.find(json_[at_]) == std::string_view::npos)
      ++at_;
    return json_.substr(begin, at_ - begin);
  }

  void value(std::size_t depth) {
    if (take('{')) {
      members(depth);
    } else if (take('[')) {
      elements(depth);
    } else {
      text_.append(scalar()).append("\n");
    }
  }

  void members(std::size_t depth) {
    while (at_ < json_.size() && !take('}')) {
      take(',');
      const std::string_view name = scalar();
      take(':');
      text_.append(depth * kIndent, ' ').append(name);
      const bool nested = peek() == '{' || peek() == '[';
      if (nested) {
        text_.append("\n");
      } else {
        const std::size_t used = depth * kIndent + name.size();
        text_.append(used < kNameWidth ? kNameWidth - used : 1, ' ');
      }
      value(depth + 1);
    }
  }

  // An array of objects is a table: one line each, values in their order, below their names; the
  // names come again when they change.
  void elements(std::size_t depth) {
    std::string heading;
    while (at_ < json_.size() && !take(']')) {
      take(',');
      if (take('{')) {
        const Row next = row();
        if (next.names != heading) text_.append(depth * kIndent, ' ').append(next.names + "\n");
        text_.append(depth * kIndent, ' ').append(next.values + "\n");
        heading = next.names;
      } else {
        text_.append(depth * kIndent, ' ').append(scalar()).append("\n");
      }
    }
  }

  struct Row {
    std::string names;
    std::string values;
  };

  Row row() {
    Row row;
    while (at_ < json_.size() && !take('}')) {
      take(',');
      const std::string_view name = scalar();
      take(':');
      const std::string_view value = scalar();
      const std::size_t width = std::max({kCellWidth, name.size() + 1, value.size() + 1});
      row.names.append(name).append(width - name.size(), ' ');
      row.values.append(value).append(width - value.size(), ' ');
    }
    return row;
  }

  std::string_view json_;
  std::size_t at_ = 0;
  std::string text_;
};

}  // namespace

std::string as_outline(std::string_view json) { return Outline(json).draw(); }

std::string as_indented(std::string_view json) {
  std::string text;
  std::size_t depth = 0;
  bool in_quotes = false;
  const auto break_line = [&] { text.append("\n").append(depth * kIndent, ' '); };
  for (std::size_t at = 0; at < json.size(); ++at) {
    const char c = json[at];
    if (in_quotes || c == '"') {
      text += c;
      if (c == '"') in_quotes = !in_quotes;
      if (c == '\\' && at + 1 < json.size()) text += json[++at];
    } else if (c == '{' || c == '[') {
      ++depth;
      text += c;
      break_line();
    } else if (c == '}' || c == ']') {
      --depth;
      break_line();
      text += c;
    } else if (c == ',') {
      text += c;
      break_line();
    } else {
      text.append(1, c).append(c == ':' ? " " : "");
    }
  }
  return text + "\n";
}

}  // namespace hf::program
