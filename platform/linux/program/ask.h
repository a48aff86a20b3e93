// Asks the running gateway one line on its control socket.
#pragma once

#include <string>

#include "vocabulary/outcome.h"

namespace hf::program {

// ok: `answer` is its line, without the line break.  unavailable: no gateway answers there.
// timed_out: it took longer than any answer may.
Status ask(const std::string& socket_path, const std::string& line, std::string& answer);

}  // namespace hf::program
