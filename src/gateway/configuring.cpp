#include "gateway/configuring.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "gateway/applied_settings.h"

namespace hf::gateway {
namespace {

// A line of fields, cut where it is too long.
template <std::size_t pieces_count>
FixedString<hal::kLogLineBytesMax> line_of(
    const std::array<std::string_view, pieces_count>& pieces) {
  FixedString<hal::kLogLineBytesMax> line;
  for (const std::string_view piece : pieces) {
    static_cast<void>(line.try_append(piece.substr(0, line.capacity() - line.size())));
  }
  return line;
}

}  // namespace

void Configuring::set_base(const stores::SettingLayers& base, bool is_sound) {
  base_ = base;
  base_is_sound_ = is_sound;
}

Status Configuring::open(const hal::Clock& clock) {
  const Uptime now = clock.uptime();
  const Status status = settings_.open(base_, base_is_sound_, now, clock.utc().at, problems_);
  tell_problems();
  stores::QueueSettings queue = queue_settings(settings_.in_force(), queue_.settings());
  queue.file_bytes_max = std::max(queue.file_bytes_max, bytes_of(stores::queue::kFileName));
  queue_.change_settings(queue, now);
  return status;
}

Uptime Configuring::step(Uptime now, UtcTime utc) {
  if (applied_revision_ != settings_.revision()) apply(now);
  const stores::TrialRecord& trial = settings_.trial();
  const bool is_unproved = trial.on_trial() || trial.in_force == 0;
  if (is_unproved && queue_.received_since(applied_at_) && is_ok(settings_.confirm(now, utc))) {
    tell_version(now);
  }
  const Uptime next = settings_.serve(now);
  if (applied_revision_ != settings_.revision()) apply(now);
  return next;
}

bool Configuring::take_change() {
  const bool is_new = taken_revision_ != settings_.revision();
  taken_revision_ = settings_.revision();
  return is_new;
}

void Configuring::apply(Uptime now) {
  applied_revision_ = settings_.revision();
  stores::QueueSettings queue = queue_settings(settings_.in_force(), queue_.settings());
  queue.file_bytes_max = queue_.settings().file_bytes_max;
  queue_.change_settings(queue, now);
  applied_at_ = queue_.mark();
  tell_version(now);
}

void Configuring::tell_problems() {
  for (const stores::SettingsProblem& problem : problems_.list()) {
    const std::array<std::string_view, 5> pieces{"path=", problem.path.view(), " text=\"",
                                                 problem.text.view(), "\""};
    log_.write(hal::LogLevel::warning, "setting_refused", line_of(pieces).view());
  }
}

void Configuring::tell_version(Uptime now) {
  const stores::SettingsReport report = settings_.report(now);
  std::array<char, 12> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), report.in_force);
  const std::array<std::string_view, 5> pieces{
      "version=",
      {digits.data(), static_cast<std::size_t>(end.ptr - digits.data())},
      " state=\"",
      stores::to_text(report.state),
      "\""};
  log_.write(hal::LogLevel::note, "settings_in_force", line_of(pieces).view());
}

std::uint64_t Configuring::bytes_of(std::string_view file_name) {
  const Result<hal::FileHandle> file = flash_.open(file_name, hal::OpenMode::read_only);
  if (!file.ok()) return 0;
  const std::uint64_t bytes = flash_.size(file.value()).value_or(0);
  static_cast<void>(is_ok(flash_.close(file.value())));
  return bytes;
}

}  // namespace hf::gateway
