#include "vocabulary/identifiers.h"

#include <algorithm>

namespace hf {
namespace {

constexpr bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

constexpr bool is_allowed(char c) {
  return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
}

}  // namespace

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= kIdentifierCharactersMax &&
         is_letter_or_digit(text.front()) && std::all_of(text.begin(), text.end(), is_allowed);
}

}  // namespace hf
