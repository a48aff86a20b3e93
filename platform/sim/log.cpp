#include "platform/sim/log.h"

#include <string_view>

namespace hf::sim {
namespace {

constexpr std::string_view kCut = "…";

std::string_view word_of(hal::LogLevel level) {
  switch (level) {
    case hal::LogLevel::error: return "error";
    case hal::LogLevel::warning: return "warning";
    case hal::LogLevel::note: return "note";
    case hal::LogLevel::detail: return "detail";
  }
  return "error";
}

void append_escaped(std::string& line, std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (code >= 0x20 && code != 0x7F) {
      line += c;
      continue;
    }
    line += "\\x";
    line += kDigits[code >> 4];
    line += kDigits[code & 15];
  }
}

// Never cuts a character of several bytes in half.
void cut_to(std::string& line, std::size_t bytes_max) {
  if (line.size() <= bytes_max) return;
  std::size_t end = bytes_max - kCut.size();
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xC0) == 0x80) --end;
  line.resize(end);
  line += kCut;
}

}  // namespace

void Log::write(hal::LogLevel level, std::string_view code, std::string_view fields) {
  const auto found = flows_.try_emplace(std::string{code}, Flow{.since = clock_.uptime()}).first;
  Flow& flow = found->second;
  if (clock_.uptime() - flow.since >= minutes(1)) begin_minute(found->first, flow);
  if (flow.lines == hal::kLogLinesPerMinute) {
    ++flow.held_back;
    return;
  }
  ++flow.lines;
  keep(level, code, fields);
}

void Log::note_time() {
  for (auto& [code, flow] : flows_) {
    if (clock_.uptime() - flow.since >= minutes(1)) begin_minute(code, flow);
  }
}

void Log::begin_minute(const std::string& code, Flow& flow) {
  const std::uint32_t held_back = flow.held_back;
  flow = Flow{.since = clock_.uptime()};
  if (held_back == 0) return;
  ++flow.lines;
  keep(hal::LogLevel::note, code, "held_back=" + std::to_string(held_back));
}

void Log::keep(hal::LogLevel level, std::string_view code, std::string_view fields) {
  std::string line{word_of(level)};
  line += ' ';
  append_escaped(line, code);
  if (!fields.empty()) line += ' ';
  append_escaped(line, fields);
  cut_to(line, hal::kLogLineBytesMax);
  lines_.push_back(std::move(line));
  if (lines_.size() > kLinesMax) lines_.pop_front();
}

}  // namespace hf::sim
