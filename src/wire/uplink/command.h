// A command from upstream: one request of the control socket (control_line.h), with an identity so
// that a result can be told apart, and a last moment, so that what was meant for yesterday's fault
// is not done today. docs/formats/topics.md has an example.
//
// Never allocates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/outcome.h"
#include "vocabulary/time.h"
#include "wire/channel/control_line.h"

namespace hf::wire {

inline constexpr std::size_t kCommandMemoryBytes = 16 * 1024;  // for reading one
inline constexpr std::size_t kCommandResultHeadBytes = 32 + kIdentifierCharactersMax;

using CommandId = FixedString<kIdentifierCharactersMax>;
using CommandLine = FixedString<kControlRequestBytesMax>;

struct Command {
  CommandId id;  // an identifier
  bool has_expiry = false;
  UtcTime expires;   // not to be done after this
  CommandLine line;  // as on the control socket, without its line break
};

// ok.  corrupt: not JSON.  invalid: a member is missing, or of another kind.  unsupported: a newer
// version.  full: more than `memory` or a line of the control socket holds.
Status read_command(std::string_view text, std::span<std::byte> memory, Command& command);

// What a command had for an answer, as the control socket gives it. Empty when it does not fit.
// REQUIRES: `answer` is a JSON object.
std::string_view write_command_result(const CommandId& id, std::string_view answer,
                                      std::span<char> space);

}  // namespace hf::wire
