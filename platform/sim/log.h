// A log kept in memory, under the limits of hal/log.h. It survives restarts of the process, as a
// journal does, and its own flood.
#pragma once

#include <cstddef>
#include <deque>
#include <map>
#include <string>

#include "hal/log.h"
#include "platform/sim/clock.h"

namespace hf::sim {

class Log final : public hal::Log {
 public:
  explicit Log(const Clock& clock) : clock_(clock) {}

  void write(hal::LogLevel level, std::string_view code, std::string_view fields) override;

  // Says what was held back of floods that have ended. Time passing calls it.
  void note_time();

  // The counts of floods begin anew; lines stay.
  void power_on() { flows_.clear(); }

  // The newest kLinesMax lines, oldest first: "warning link_lost reason=peer_silent".
  const std::deque<std::string>& lines() const { return lines_; }
  static constexpr std::size_t kLinesMax = 10'000;

 private:
  struct Flow {
    Uptime since;  // of the running minute
    std::uint32_t lines = 0;
    std::uint32_t held_back = 0;
  };

  void keep(hal::LogLevel level, std::string_view code, std::string_view fields);
  void begin_minute(const std::string& code, Flow& flow);

  const Clock& clock_;
  std::map<std::string, Flow, std::less<>> flows_;
  std::deque<std::string> lines_;
};

}  // namespace hf::sim
