// The lines of the local control socket: one request a line, one answer a line.
//
//   status\n                                     ask for something
//   settings.set {"path":"uplink.period_s"}\n     … with arguments, a JSON object
//
//   {"ok":true,"answer":{…}}\n
//   {"ok":false,"status":"not_found","text":"no verb 'statu': did you mean 'status'?"}\n
//
// Lines, so that a person can speak it with any terminal program; a verb first, so that routing
// needs no parser. docs/formats/control.md has the whole of it.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "vocabulary/outcome.h"

namespace hf::wire {

inline constexpr std::size_t kControlRequestBytesMax = 4096;
inline constexpr std::size_t kControlAnswerBytesMax = 65'536;
inline constexpr std::size_t kVerbCharactersMax = 48;

struct ControlRequest {
  std::string_view verb;       // lower case letters, digits, '.', '_'
  std::string_view arguments;  // a JSON object, or empty
};

// ok: `request` views into `line`, which comes without its line break.  invalid: does not begin
// with a verb, or what follows is no object.
Status parse_control_line(std::string_view line, ControlRequest& request);

// The known word nearest to `word` by edits, or empty when none is near enough to be meant.
std::string_view nearest_word(std::string_view word, std::span<const std::string_view> known);

}  // namespace hf::wire
