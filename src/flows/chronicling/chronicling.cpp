#include "flows/chronicling/chronicling.h"

#include <algorithm>

#include "flows/chronicling/document_line.h"
#include "flows/chronicling/line.h"

namespace hf::flows {

using stores::ActivityKind;
using stores::VersionState;

namespace {

// What may be lost, and where it is counted: one row each, told as "12 rows of readings …".
using Sources = ChronicleSources;
struct LossRow {
  ActivityKind kind;
  std::uint64_t (*count)(const Sources& from);
  std::string_view text;
};

// clang-format off
constexpr std::array<LossRow, Chronicling::kLosses> kLossRows{{
    {ActivityKind::loss, [](const Sources& from) { return from.queue.counters().rows_condensed; },         " frames lost resolution to make room"},
    {ActivityKind::loss, [](const Sources& from) { return from.queue.counters().rows_dropped; },           " frames were dropped to make room"},
    {ActivityKind::loss, [](const Sources& from) { return from.queue.counters().rows_dropped_in_memory; }, " frames were dropped while there was no medium"},
    {ActivityKind::loss, [](const Sources& from) { return from.queue.counters().events_dropped_in_memory; }, " events were dropped while there was no medium"},
    {ActivityKind::loss, [](const Sources& from) { return from.ledger.forwarding.missed; },                " readings left the window before they were safe"},
    {ActivityKind::file, [](const Sources& from) { return from.queue.counters().frames_corrupt; },         " damaged frames were found"},
    {ActivityKind::file, [](const Sources& from) { return from.shelf.counts().items_corrupt; },            " damaged items were found in state.db"},
    {ActivityKind::file, [](const Sources& from) { return from.queue.counters().files_set_aside; },        " files of the queue were unusable and set aside"},
    {ActivityKind::file, [](const Sources& from) { return from.queue.counters().files_given_up; },         " files of the queue, set aside, made room"},
    {ActivityKind::file, [](const Sources& from) { return std::uint64_t{from.shelf.counts().files_set_aside}; }, " files of state were unusable and set aside"},
    {ActivityKind::file, [](const Sources& from) { return std::uint64_t{from.shelf.counts().files_given_up}; }, " files of state, set aside, made room"},
}};
// clang-format on

bool is_left(VersionState state) {
  return state == VersionState::no_answer || state == VersionState::crashed ||
         state == VersionState::unsound;
}

}  // namespace

Chronicling::Chronicling(const ChronicleSources& from, stores::Activity& activity)
    : from_(from), activity_(activity) {
  from_.replica.observe(*this);
}

void Chronicling::note(ActivityKind kind, std::string_view what, std::string_view who) {
  activity_.note(kind, who, what, moment());
}

void Chronicling::begin() {
  const stores::SettingsReport report = from_.settings.report(from_.clock.uptime());
  version_ = report.in_force;
  version_state_ = report.state;
  Line line;
  line.add("started with ");
  if (version_ == 0) {
    line.add("the built-in settings");
  } else {
    line.add("settings version ").add(version_);
    line.add(" (").add(stores::to_text(version_state_)).add(")");
  }
  const stores::BootNotes& boot = from_.ledger.boot;
  if (boot.steps_degraded > 0) line.add(", without ").add(boot.first_degraded);
  note(ActivityKind::boot, line.view());
}

Uptime Chronicling::step() {
  const Uptime now = from_.clock.uptime();
  if (now >= look_at_) {
    look_at_ = now + kLookPeriod;
    look_at_link();
    look_at_settings();
    look_at_roles();
  }
  if (now >= losses_at_) {
    losses_at_ = now + kLossPeriod;
    look_at_losses();
  }
  return std::min({look_at_, losses_at_, activity_.step(moment())});
}

void Chronicling::end() {
  look_at_losses();
  note(ActivityKind::boot, "stopped in order");
  static_cast<void>(is_ok(activity_.flush(moment())));  // else as at a power cut
}

// CR1
void Chronicling::changed(const state::Changed& change) {
  const DocumentLine told = line_of(change);
  if (told.is_worth_telling) note(told.kind, told.what.view(), told.who);
}

void Chronicling::look_at_link() {
  const stores::UplinkCounts& counts = from_.ledger.uplink;
  const stores::UplinkNotes& notes = from_.ledger.link;
  const bool has_connected = counts.connections != connections_;
  const bool has_disconnected = counts.disconnections != disconnections_;
  connections_ = counts.connections;
  disconnections_ = counts.disconnections;
  const bool is_online = notes.phase == "online";
  Line connected;
  connected.add("connected over ").add(notes.method);
  if (has_connected && !is_online) note(ActivityKind::link, connected.view());
  if (has_disconnected) {
    Line line;
    line.add("disconnected");
    if (!is_online && !notes.last_end.empty()) line.add(": ").add(notes.last_end);
    note(ActivityKind::link, line.view());
  }
  if (has_connected && is_online) note(ActivityKind::link, connected.view());
}

// CR2
void Chronicling::look_at_settings() {
  const stores::SettingsReport report = from_.settings.report(from_.clock.uptime());
  if (report.in_force == version_ && report.state == version_state_) return;
  const stores::VersionPlace* const before = from_.settings.trial().find(version_);
  if (report.in_force != version_ && before != nullptr && is_left(before->state)) {
    Line line;
    line.add("version ").add(version_).add(" was left (").add(stores::to_text(before->state));
    line.add("): version ").add(report.in_force).add(" is in force again");
    note(ActivityKind::settings, line.view());
  } else {
    tell_version(report.in_force, report.state);
  }
  version_ = report.in_force;
  version_state_ = report.state;
}

void Chronicling::tell_version(std::uint32_t number, VersionState state) {
  Line line;
  line.add("version ").add(number).add(" is ").add(stores::to_text(state));
  stores::VersionHead head;
  const bool is_new = number != version_;
  if (!is_new || !is_ok(from_.settings.read_head_of(number, head))) {
    note(ActivityKind::settings, line.view());
    return;
  }
  line.add(", by ").add(stores::to_text(head.cause));
  if (!head.comment.empty()) line.add(": ").add(head.comment.view());
  note(ActivityKind::settings, line.view(),
       head.author.empty() ? std::string_view{"gateway"} : head.author.view());
}

void Chronicling::look_at_roles() {
  const stores::RoleLedger& roles = from_.ledger.roles;
  for (std::size_t i = 0; i < roles.size(); ++i) {
    const stores::RoleNotes& notes = roles[i];
    RoleSeen& seen = roles_[i];
    Line line;
    line.add(to_text(notes.who.role)).add(" ").add(notes.who.number);
    if (notes.ends != seen.ends) {
      line.add(notes.was_killed ? " ended by signal " : " ended with code ").add(notes.end_code);
      note(ActivityKind::role, line.view());
    } else if (notes.failed_starts != seen.failed_starts) {
      note(ActivityKind::role, line.add(" could not be started").view());
    }
    seen = {.ends = notes.ends, .failed_starts = notes.failed_starts};
  }
}

// CR3
void Chronicling::look_at_losses() {
  for (std::size_t i = 0; i < kLossRows.size(); ++i) {
    const std::uint64_t count = kLossRows[i].count(from_);
    if (count == losses_[i]) continue;
    Line line;
    line.add(count - losses_[i]).add(kLossRows[i].text);
    losses_[i] = count;
    note(kLossRows[i].kind, line.view());
  }
}

}  // namespace hf::flows
