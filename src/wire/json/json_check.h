// Looks whether a text is JSON that everybody understands alike, before anything is built from it.
//
// It is stricter than cJSON and than the grammar, because each of these has been read in two ways
// by two programs: bytes that are not UTF-8, the character U+0000, half a surrogate pair, and
// numbers such as 01, 1. or NaN. A bound on depth, members and digits stands beside it, so that
// what is built afterwards costs no more than the text lets expect.
//
// Cost: one pass, O(bytes); the stack grows by one small frame per level. Never allocates.
#pragma once

#include <cstdint>
#include <string_view>

#include "vocabulary/outcome.h"

namespace hf::wire {

inline constexpr std::uint32_t kJsonDepthMax = 16;        // as deep as our own writer goes
inline constexpr std::uint32_t kJsonElementsMax = 1024;   // of one object or array
inline constexpr std::uint32_t kJsonNumberBytesMax = 40;  // the longest double has 24 characters

// What is wrong with a text, and where: for a sentence to a person.
struct JsonFault {
  std::uint32_t line = 0;    // from 1; 0: the text as a whole
  std::uint32_t column = 0;  // from 1, in bytes
  std::string_view problem;  // "expected ',' or '}' here"
};

// ok.  corrupt: not such a text; `fault` is the first thing wrong with it.
Status check_json(std::string_view text, JsonFault& fault);

}  // namespace hf::wire
