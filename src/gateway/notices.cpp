#include "gateway/notices.h"

#include <charconv>

#include "files/aside/aside.h"
#include "stores/alerts/episodes.h"
#include "vocabulary/fixed_string.h"

namespace hf::gateway {

using documents::Value;
using stores::Severity;

namespace {

constexpr Duration kAgainAfter = hours(1);

// In the order of Topic. The code is the key of the alert, its value the number in the text.
struct Words {
  std::string_view code;
  std::string_view code_of_end;
  hal::LogLevel level;
  Severity severity;
  std::string_view text;
};
// clang-format off
constexpr Words kWords[] = {
    {"window_short", "window_long_enough", hal::LogLevel::warning, Severity::warning,
     "memory holds fewer minutes of readings than wanted: value says how many"},
    {"queue_in_memory_only", "queue_on_flash", hal::LogLevel::error, Severity::critical,
     "flash cannot be written: readings are in memory only, and gone with the power"},
    {"state_in_memory_only", "state_on_flash", hal::LogLevel::error, Severity::critical,
     "flash cannot be written: edits and alerts are in memory only, and gone with the power"},
    {"flash_budget_overdrawn", "flash_budget_kept", hal::LogLevel::warning, Severity::warning,
     "more would be written to flash than a day may: readings wait value ms to be safe"},
    {"node_failing", "nodes_answer", hal::LogLevel::warning, Severity::warning,
     "value field devices fail and are hardly asked: holdfast nodes says which"},
};
// clang-format on
constexpr std::string_view kReadOnlyText =
    "flash is read-only: what is in memory only is gone with the power";
constexpr std::string_view kVolatileText =
    "there is no flash, the files lie in memory: all that is kept is gone with the power";

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

void Notices::look(Uptime now, const UtcReading& utc) {
  const stores::telemetry::WindowReport report = sights_.window.report();
  const stores::QueueFigures figures = sights_.queue.figures(now);
  const stores::QueueCounters& counters = sights_.queue.counters();
  const double minutes_held = report.hours * 60;

  say(window_short, report.below_window, minutes_held,
      Fields()
          .add("minutes", static_cast<std::uint64_t>(minutes_held))
          .add("minutes_wanted",
               static_cast<std::uint64_t>(sights_.window.ground().window.ms / minutes(1).ms)),
      now, utc);
  say(queue_in_memory, figures.keeping == stores::Keeping::in_memory, 0,
      Fields().add("failures", counters.medium_failures), now, utc);
  say(state_in_memory, !sights_.shelf.is_on_flash(), 0,
      Fields().add("failures", std::uint64_t{sights_.shelf.counts().medium_failures}), now, utc);
  say(flash_budget_overdrawn, figures.budget_is_overdrawn, static_cast<double>(figures.window.ms),
      Fields().add("window_ms", static_cast<std::uint64_t>(figures.window.ms)), now, utc);
  look_at_nodes(now, utc);
  look_at_aside("queue_file_set_aside", stores::queue::kFileStem, figures.set_aside,
                counters.files_set_aside, 0, queue_aside_, utc);
  look_at_aside("state_file_set_aside", state::kFileStem, sights_.shelf.set_aside(),
                sights_.shelf.counts().files_set_aside, sights_.shelf.counts().items_salvaged,
                state_aside_, utc);
  tell("frame_quarantined", counters.frames_quarantined > frames_quarantined_,
       static_cast<double>(counters.frames_quarantined),
       "upstream refused a frame again and again: it is kept, and not sent", utc);
  say_once("frame_quarantined", counters.frames_quarantined, frames_quarantined_,
           Fields().add("frames", counters.frames_quarantined));
  const std::uint64_t given_up = counters.files_given_up + sights_.shelf.counts().files_given_up;
  say_once("file_set_aside_given_up", given_up, files_given_up_, Fields().add("files", given_up));
}

// The first by its name: whoever reads the log need not ask for it.
void Notices::look_at_nodes(Uptime now, const UtcReading& utc) {
  std::uint64_t failing = 0;
  std::string_view first;
  for (std::uint32_t i = sights_.nodes.count(); i-- > 0;) {
    const stores::Node& node = sights_.nodes.at(static_cast<stores::NodeIndex>(i));
    if (!node.is_failing || node.use != stores::NodeUse::used) continue;
    ++failing;
    first = node.id.text();
  }
  Fields fields;
  fields.add("nodes", failing);
  if (failing > 0) fields.add("first", first);
  say(node_failing, failing > 0, static_cast<double>(failing), fields, now, utc);
}

void Notices::say(Topic topic, bool lasts, double value, const Fields& fields, Uptime now,
                  const UtcReading& utc) {
  const Words& words = kWords[topic];
  const stores::Alert alert = alert_of(words.code);
  if (lasts) lasted_at_[topic] = now;
  if (lasts && !alert.is_active) raise(topic, value, utc);
  if (alert.is_active && now - lasted_at_[topic] >= kAlertHold) {
    static_cast<void>(is_ok(stores::end_episode(sights_.replica, words.code, utc)));
  }
  const bool is_change = lasts != lasts_[topic];
  const bool is_due = lasts && now - said_at_[topic] >= kAgainAfter;
  if (!is_change && !is_due) return;
  lasts_[topic] = lasts;
  said_at_[topic] = now;
  log_.write(lasts ? words.level : hal::LogLevel::note, lasts ? words.code : words.code_of_end,
             fields.text());
}

// What cannot be written down now is tried again by the next look.
void Notices::raise(Topic topic, double value, const UtcReading& utc) {
  const Words& words = kWords[topic];
  const bool is_about_flash = topic == queue_in_memory || topic == state_in_memory;
  const hal::Medium medium = sights_.flash.medium();
  std::string_view text = words.text;
  if (is_about_flash && medium.is_volatile()) text = kVolatileText;
  if (is_about_flash && medium.state == hal::MediumState::read_only) text = kReadOnlyText;
  static_cast<void>(is_ok(stores::begin_episode(
      sights_.replica, words.code,
      {.rule = words.code, .severity = words.severity, .value = value, .text = Value::text(text)},
      utc)));
}

void Notices::say_once(std::string_view code, std::uint64_t count, std::uint64_t& told,
                       const Fields& fields) {
  if (count == told) return;
  told = count;
  log_.write(hal::LogLevel::warning, code, fields.text());
}

// NT2
void Notices::look_at_aside(std::string_view code, std::string_view stem,
                            const files::SetAside& found, std::uint64_t count,
                            std::uint32_t salvaged, Aside& aside, const UtcReading& utc) {
  const bool is_of_now = count > aside.told;
  if (!aside.is_known || is_of_now) {
    aside.newest = is_of_now ? found.number : files::newest_aside(sights_.flash, stem);
    aside.is_known = true;
  }
  const hal::FileName name = files::aside_name(stem, aside.newest);
  Fields fields;
  fields.add("file", name.view());
  if (count > 0) fields.add("found", to_text(found.found));
  if (salvaged > 0) fields.add("salvaged", std::uint64_t{salvaged});
  const double number = static_cast<double>(aside.newest);
  tell(code, is_of_now || number > alert_of(code).value, number, fields.text(), utc);
  say_once(code, count, aside.told, fields);
}

// NT3
void Notices::tell(std::string_view code, bool is_new, double number, std::string_view text,
                   const UtcReading& utc) {
  const stores::Alert alert = alert_of(code);
  if (is_new) {
    const stores::Episode episode{
        .rule = code, .severity = Severity::warning, .value = number, .text = Value::text(text)};
    static_cast<void>(is_ok(stores::begin_episode(sights_.replica, code, episode, utc)));
  } else if (alert.is_active && alert.state == stores::AlertState::resolved) {
    static_cast<void>(is_ok(stores::end_episode(sights_.replica, code, utc)));
  }
}

stores::Alert Notices::alert_of(std::string_view code) const {
  documents::DocumentView document;
  const bool is_there = sights_.replica.find({.collection = state::kAlerts, .key = code}, document);
  return is_there ? stores::read_alert(document) : stores::Alert{};
}

}  // namespace hf::gateway
