// Lines for people, in logfmt: `link lost reason=peer_silent after_s=45`.
//
// Contract, proved on each platform by tests/contract/log_contract.cpp:
//   1. write() never blocks, never allocates and never fails visibly.
//   2. A flood costs at most kLogLinesPerMinute lines for each code; what was held back is counted
//      and said in one line when the flood ends.
//   3. A line is at most kLogLineBytesMax long, ends cut with "…" rather than lost, and control
//      characters in it are escaped: one write is one line.
#pragma once

#include <cstdint>
#include <string_view>

namespace hf::hal {

inline constexpr std::uint32_t kLogLineBytesMax = 400;
inline constexpr std::uint32_t kLogLinesPerMinute = 20;

enum class LogLevel : std::uint8_t { error, warning, note, detail };

class Log {
 public:
  // `code` names the event for ever: lower case words joined by '_'. `fields` is logfmt, may be
  // empty.
  virtual void write(LogLevel level, std::string_view code, std::string_view fields) = 0;

 protected:
  ~Log() = default;
};

}  // namespace hf::hal
