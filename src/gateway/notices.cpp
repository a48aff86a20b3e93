#include "gateway/notices.h"

#include <charconv>

#include "files/aside/aside.h"
#include "vocabulary/fixed_string.h"

namespace hf::gateway {
namespace {

constexpr Duration kAgainAfter = hours(1);

// In the order of Topic.
struct Words {
  std::string_view code;
  std::string_view code_of_end;
  hal::LogLevel level;
};
constexpr Words kWords[] = {
    {"window_short", "window_long_enough", hal::LogLevel::warning},
    {"queue_in_memory_only", "queue_on_flash", hal::LogLevel::error},
    {"flash_budget_overdrawn", "flash_budget_kept", hal::LogLevel::warning},
};

}  // namespace

// Logfmt: `name=value name=value`. What does not fit is left out.
class Notices::Fields {
 public:
  Fields& add(std::string_view name, std::string_view value) {
    if (!text_.empty()) append(" ");
    append(name);
    append("=");
    append(value);
    return *this;
  }
  Fields& add(std::string_view name, std::uint64_t value) {
    std::array<char, 20> digits{};
    const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    HF_ASSERT(error == std::errc{});
    return add(name, std::string_view{digits.data(), end});
  }
  std::string_view text() const { return text_.view(); }

 private:
  void append(std::string_view text) { static_cast<void>(is_ok(text_.try_append(text))); }

  FixedString<120> text_;
};

void Notices::look(const telemetry::Telemetry& window, stores::OfflineQueue& queue, Uptime now) {
  const telemetry::WindowReport report = window.report();
  const stores::QueueFigures figures = queue.figures(now);
  const stores::QueueCounters& counters = queue.counters();

  say(window_short, report.below_window,
      Fields()
          .add("minutes", static_cast<std::uint64_t>(report.hours * 60))
          .add("minutes_wanted",
               static_cast<std::uint64_t>(window.ground().window.ms / minutes(1).ms)),
      now);
  say(queue_in_memory, figures.keeping == stores::Keeping::in_memory,
      Fields().add("failures", counters.medium_failures), now);
  say(flash_budget_overdrawn, figures.budget_is_overdrawn,
      Fields().add("window_ms", static_cast<std::uint64_t>(figures.window.ms)), now);
  say_once(
      "queue_file_set_aside", counters.files_set_aside, files_set_aside_,
      Fields()
          .add("file", files::aside_name(stores::queue::kFileStem, figures.set_aside.number).view())
          .add("found", to_text(figures.set_aside.found)));
  say_once("frame_quarantined", counters.frames_quarantined, frames_quarantined_,
           Fields().add("frames", counters.frames_quarantined));
}

void Notices::say(Topic topic, bool lasts, const Fields& fields, Uptime now) {
  const Words& words = kWords[topic];
  const bool is_change = lasts != lasts_[topic];
  const bool is_due = lasts && now - said_at_[topic] >= kAgainAfter;
  if (!is_change && !is_due) return;
  lasts_[topic] = lasts;
  said_at_[topic] = now;
  log_.write(lasts ? words.level : hal::LogLevel::note, lasts ? words.code : words.code_of_end,
             fields.text());
}

void Notices::say_once(std::string_view code, std::uint64_t count, std::uint64_t& told,
                       const Fields& fields) {
  if (count == told) return;
  told = count;
  log_.write(hal::LogLevel::warning, code, fields.text());
}

}  // namespace hf::gateway
