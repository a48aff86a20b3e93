// Answers of the gateway, set out for a person to read.
#pragma once

#include <string>
#include <string_view>

namespace hf::program {

// One line per member, indented by depth: `window.hours  31.2`. Reads any JSON object of ours, so a
// member added to an answer shows here without a change.
std::string as_outline(std::string_view json);

// The same text with a line for each member and element, for files that people read.
std::string as_indented(std::string_view json);

}  // namespace hf::program
