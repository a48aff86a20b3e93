#include "platform/linux/log.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <span>

namespace hf::on_linux {
namespace {

constexpr Duration kMinute = minutes(1);
constexpr std::string_view kCut = "…";
constexpr std::string_view kOthers = "other_codes";

std::string_view opening_of(hal::LogLevel level, LogForm form) {
  const bool journal = form == LogForm::journal;
  switch (level) {
    case hal::LogLevel::error: return journal ? "<3>" : "error ";
    case hal::LogLevel::warning: return journal ? "<4>" : "warning ";
    case hal::LogLevel::note: return journal ? "<6>" : "note ";
    case hal::LogLevel::detail: return journal ? "<7>" : "detail ";
  }
  return {};
}

// One line of at most kLogLineBytesMax bytes and its line feed.
class Line {
 public:
  void append(std::string_view text) {
    for (const char c : text) {
      const auto code = static_cast<unsigned char>(c);
      if (code >= 0x20 && code != 0x7F) {
        put(c);
      } else {
        for (const char digit :
             {'\\', 'x', "0123456789abcdef"[code >> 4], "0123456789abcdef"[code & 15]}) {
          put(digit);
        }
      }
    }
  }

  std::string_view finished() {
    if (is_cut_) {
      size_ = hal::kLogLineBytesMax - kCut.size();
      while (size_ > 0 && is_inside_character(bytes_[size_])) --size_;
      std::copy(kCut.begin(), kCut.end(), bytes_.begin() + size_);
      size_ += kCut.size();
    }
    bytes_[size_] = '\n';
    return {bytes_.data(), size_ + 1};
  }

 private:
  static bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

  void put(char c) {
    is_cut_ = is_cut_ || size_ == hal::kLogLineBytesMax;
    if (!is_cut_) bytes_[size_++] = c;
  }

  std::size_t size_ = 0;
  bool is_cut_ = false;
  std::array<char, hal::kLogLineBytesMax + 1> bytes_;
};

}  // namespace

LogForm log_form_of(int descriptor) {
  const char* promised = std::getenv("JOURNAL_STREAM");
  struct stat found {};
  if (promised == nullptr || ::fstat(descriptor, &found) != 0) return LogForm::words;
  std::array<char, 48> ours;  // the device and the inode, as systemd writes them
  std::snprintf(ours.data(), ours.size(), "%llu:%llu",
                static_cast<unsigned long long>(found.st_dev),
                static_cast<unsigned long long>(found.st_ino));
  return std::string_view{promised} == ours.data() ? LogForm::journal : LogForm::words;
}

void Log::write(hal::LogLevel level, std::string_view code, std::string_view fields) {
  const Uptime now = clock_.uptime();
  Flow& flow = flow_of(code, now);
  if (now - flow.since >= kMinute) begin_minute(flow, now);
  if (flow.lines == hal::kLogLinesPerMinute) {
    ++flow.held_back;
    return;
  }
  ++flow.lines;
  write_line(level, code, fields);
}

void Log::note_time() {
  const Uptime now = clock_.uptime();
  for (Flow& flow : flows_) {
    if (!flow.code.empty() && now - flow.since >= kMinute) begin_minute(flow, now);
  }
}

// The flow of this code; else a free one, or one that has been silent for a minute; else the last
// one, which all codes share that came too late.
Log::Flow& Log::flow_of(std::string_view code, Uptime now) {
  code = code.substr(0, Code::capacity());
  Flow* free = nullptr;
  for (Flow& flow : std::span{flows_}.first(kCodesMax - 1)) {
    if (!flow.code.empty() && flow.code.view() == code) return flow;
    const bool silent = flow.held_back == 0 && now - flow.since >= kMinute;
    if (free == nullptr && (flow.code.empty() || silent)) free = &flow;
  }
  Flow& chosen = free != nullptr ? *free : flows_.back();
  if (free != nullptr || chosen.code.empty()) {
    chosen = Flow{.code = {}, .since = now};
    chosen.code.assign(free != nullptr ? code : kOthers);
  }
  return chosen;
}

void Log::begin_minute(Flow& flow, Uptime now) {
  const std::uint32_t held_back = flow.held_back;
  flow.since = now;
  flow.lines = 0;
  flow.held_back = 0;
  if (held_back == 0) return;
  ++flow.lines;
  std::array<char, 32> fields;
  std::snprintf(fields.data(), fields.size(), "held_back=%u", held_back);
  write_line(hal::LogLevel::note, flow.code.view(), fields.data());
}

void Log::write_line(hal::LogLevel level, std::string_view code, std::string_view fields) {
  if (unread_count_ > 0) {
    std::array<char, 32> unread;
    std::snprintf(unread.data(), unread.size(), "lines=%u", unread_count_);
    Line line;
    line.append(opening_of(hal::LogLevel::warning, form_));
    line.append("log_not_read ");
    line.append(unread.data());
    if (!put(line.finished())) {
      ++unread_count_;
      return;
    }
    unread_count_ = 0;
  }
  Line line;
  line.append(opening_of(level, form_));
  line.append(code);
  if (!fields.empty()) line.append(" ");
  line.append(fields);
  if (!put(line.finished())) ++unread_count_;
}

// The journal gives us a socket, a shell a terminal or a pipe. The latter two cannot be asked not
// to block for one write, and O_NONBLOCK would hit everyone they are shared with: so they are asked
// first whether there is room. For a pipe that means room for PIPE_BUF, more than a line.
bool Log::put(std::string_view line) {
  if (is_socket_) {
    const auto sent = ::send(descriptor_, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0 || errno != ENOTSOCK) return sent == static_cast<ssize_t>(line.size());
    is_socket_ = false;
  }
  pollfd room{.fd = descriptor_, .events = POLLOUT, .revents = 0};
  return ::poll(&room, 1, 0) == 1 && (room.revents & POLLOUT) != 0 &&
         ::write(descriptor_, line.data(), line.size()) == static_cast<ssize_t>(line.size());
}

}  // namespace hf::on_linux
