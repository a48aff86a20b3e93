#include "documents/names.h"

#include <algorithm>
#include <cstdint>

#include "config/limits/documents.h"

namespace hf::documents {
namespace {

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

constexpr bool is_name_character(char c) {
  return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
}

constexpr std::uint8_t octet(char c) { return static_cast<std::uint8_t>(c); }

constexpr bool is_continuation(char c) { return (octet(c) & 0xC0U) == 0x80U; }

// Bytes of the character that `text` begins with; 0: none does. By Unicode's table 3-7: the first
// byte gives the length, the second one rules out overlong forms, surrogates and beyond U+10FFFF.
std::size_t character_bytes(std::string_view text) {
  const std::uint8_t first = octet(text.front());
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (length == 0 || first > 0xF4 || text.size() < length) return 0;
  const std::uint8_t second = octet(text[1]);
  const std::uint8_t least = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const std::uint8_t most = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (second < least || second > most) return 0;
  const std::string_view rest = text.substr(2, length - 2);
  return std::all_of(rest.begin(), rest.end(), is_continuation) ? length : 0;
}

}  // namespace

bool is_name(std::string_view text, std::size_t most) {
  return !text.empty() && text.size() <= most && is_letter_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_character);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = character_bytes(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

bool is_author(std::string_view text) {
  const auto is_control = [](char c) { return octet(c) < 0x20 || octet(c) == 0x7F; };
  return !text.empty() && text.size() <= limits::kAuthorBytesMax && is_utf8(text) &&
         std::none_of(text.begin(), text.end(), is_control);
}

}  // namespace hf::documents
