#include "wire/json/json_comments.h"

#include <cstddef>
#include <string_view>

namespace hf::wire {
namespace {

// Just behind the text in quotes that begins at `at`.
std::size_t end_of_text(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at + 1;
}

// Just behind the comment that begins at `at`; `at` when none does.
std::size_t end_of_comment(std::string_view text, std::size_t at) {
  const std::string_view rest = text.substr(at);
  std::size_t end = std::string_view::npos;
  if (rest.starts_with("//")) {
    end = text.find('\n', at);
  } else if (rest.starts_with("/*")) {
    end = text.find("*/", at + 2);
    if (end != std::string_view::npos) end += 2;
  } else {
    return at;
  }
  return end == std::string_view::npos ? text.size() : end;
}

}  // namespace

void blank_comments(std::span<char> text) {
  const std::string_view view{text.data(), text.size()};
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] == '"') {
      at = end_of_text(view, at);
      continue;
    }
    const std::size_t end = end_of_comment(view, at);
    if (end == at) ++at;
    for (; at < end; ++at) {
      if (text[at] != '\n') text[at] = ' ';
    }
  }
}

}  // namespace hf::wire
