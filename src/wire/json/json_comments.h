// Comments in JSON that people write: `// to the end of the line` and `/* … */`, outside of texts.
#pragma once

#include <span>

namespace hf::wire {

// Turns them into spaces in place, so that every line and column stays where it was. A comment that
// is not closed runs to the end; the check then says that the text ends too soon.
void blank_comments(std::span<char> text);

}  // namespace hf::wire
