// hal::Log as lines on standard error, for the journal or a person.
//
// Under systemd a line opens with `<priority>`, which the journal takes off; elsewhere with the
// level as a word. A reader that does not keep up costs lines, never time: they are counted and
// said when it reads again.
//
// Never allocates, never blocks. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

#include "hal/clock.h"
#include "hal/log.h"
#include "vocabulary/fixed_string.h"

namespace hf::on_linux {

enum class LogForm : std::uint8_t { words, journal };

// `journal` when `descriptor` is what systemd promised in JOURNAL_STREAM: a variable alone may be
// inherited from a service that started us with our output elsewhere.
LogForm log_form_of(int descriptor);

class Log final : public hal::Log {
 public:
  static constexpr std::size_t kCodesMax = 64;  // codes told apart; rarer ones share a count

  // REQUIRES: `descriptor` stays open.
  Log(const hal::Clock& clock, int descriptor, LogForm form)
      : clock_(clock), descriptor_(descriptor), form_(form) {}

  void write(hal::LogLevel level, std::string_view code, std::string_view fields) override;

  // Says what was held back of floods that have ended. To be called now and then.
  void note_time();

 private:
  using Code = FixedString<31>;
  struct Flow {
    Code code;     // empty: free
    Uptime since;  // of the running minute
    std::uint32_t lines = 0;
    std::uint32_t held_back = 0;
  };

  Flow& flow_of(std::string_view code, Uptime now);
  void begin_minute(Flow& flow, Uptime now);
  void write_line(hal::LogLevel level, std::string_view code, std::string_view fields);
  bool put(std::string_view line);

  const hal::Clock& clock_;
  int descriptor_;
  LogForm form_;
  bool is_socket_ = true;  // until the kernel says otherwise
  std::uint32_t unread_count_ = 0;
  std::array<Flow, kCodesMax> flows_;
};

}  // namespace hf::on_linux
