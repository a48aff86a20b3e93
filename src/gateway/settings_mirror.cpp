#include "gateway/settings_mirror.h"

#include "gateway/applied_settings.h"
#include "state/fields.h"
#include "stores/settings/rights.h"
#include "vocabulary/checksum.h"

namespace hf::gateway {
namespace {

using documents::Change;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using settings::SettingIndex;
using stores::SettingsEdit;
using stores::SettingSet;

static_assert(stores::kSettingsCollection == state::kSettings);

constexpr std::uint32_t kNoteSlot = 100;  // beyond those of versions
constexpr Duration kRetry = seconds(10);
constexpr Uptime kNever{INT64_MAX};

// Of what is said, in order; never 0.
std::uint32_t checksum_of(const SettingSet& set) {
  std::uint32_t sum = 0;
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    if (!set.says({i})) continue;
    const settings::Setting& setting = settings::kTable[i];
    sum = crc32c(bytes_of(setting.path), sum);
    sum = crc32c(bytes_of(format_value(setting, set.value({i})).view()), sum);
  }
  return sum + 1 == 0 ? 1 : sum + 1;
}

bool is_edited_here(stores::VersionCause cause) {
  return cause == stores::VersionCause::local || cause == stores::VersionCause::revert;
}

}  // namespace

void SettingsMirror::open() {
  std::array<std::byte, sizeof(Note)> bytes{};
  const Result<std::uint32_t> size = archive_.load(kNoteSlot, bytes);
  if (size.ok() && size.value() == bytes.size()) note_ = load<Note>(bytes);
  SettingsEdit edit;
  Status status = Status::ok;
  const SettingSet said = edits_of_document(edit, status);
  // Where the document was not proposed yet, settings are what both last agreed on.
  const bool agreed = status == Status::not_found || checksum_of(said) == note_.proposed;
  mirrored_ = agreed ? said : configuring_.settings().layers().edits;
  has_changed_ = true;
}

Uptime SettingsMirror::step(Uptime now, const UtcReading& utc) {
  const stores::TrialRecord& trial = configuring_.settings().trial();
  if (trial.newest != note_.newest) write_edits(utc);
  if (has_changed_ && now >= retry_at_) {
    has_changed_ = !is_ok(take_document(now, utc));
    retry_at_ = has_changed_ ? now + kRetry : Uptime{};
  }
  report(now, utc);
  return has_changed_ ? retry_at_ : kNever;
}

void SettingsMirror::changed(const state::Changed& change) {
  has_changed_ = has_changed_ || change.document.id() == id();
}

SettingSet SettingsMirror::edits_of_document(SettingsEdit& edit, Status& status) {
  DocumentView document;
  status = Status::not_found;
  if (!replica_.find(id(), document) || !document.lives()) return {};
  configuring_.problems().clear();
  status = stores::read_edits(document, configuring_.settings().layers().edits, edit,
                              configuring_.problems());
  return edit.changes;
}

// M2: what differs from what was last agreed, by the author of the version.
void SettingsMirror::write_edits(const UtcReading& utc) {
  stores::Settings& settings = configuring_.settings();
  note_.newest = settings.trial().newest;
  stores::VersionHead head;
  const bool is_ours =
      is_ok(settings.read_head_of(note_.newest, head)) && is_edited_here(head.cause);
  if (is_ours) {
    const SettingSet& edits = settings.layers().edits;
    FixedVector<Change, limits::kDocumentFieldsMax> changes;
    for (std::uint16_t i = 0; i < settings::kSettingCount && !changes.full(); ++i) {
      const SettingIndex index{i};
      const bool is_same = edits.says(index) == mirrored_.says(index) &&
                           edits.value(index) == mirrored_.value(index);
      if (is_same) continue;
      const settings::Setting& setting = settings::setting_at(index);
      stores::ValueText& text = texts_[changes.size()];
      text = format_value(setting, edits.value(index));
      changes.push({.field = {Part::desired, setting.path},
                    .value = edits.says(index) ? Value::text(text.view()) : Value{}});
    }
    const std::string_view author = head.author.empty() ? "site" : head.author.view();
    if (!changes.empty()) {
      const Status status = replica_.create(
          id(), changes.span(), {.side = documents::Side::local, .author = author}, utc);
      static_cast<void>(status);  // not written: the document goes on saying what it did
    }
    mirrored_ = edits;
    // What upstream has written meanwhile is proposed next.
    SettingsEdit edit;
    Status status = Status::ok;
    const std::uint32_t written = checksum_of(edits_of_document(edit, status));
    if (written == checksum_of(edits)) note_.proposed = written;
  }
  save_note();
}

// M1. ok: nothing is left to do.
Status SettingsMirror::take_document(Uptime now, const UtcReading& utc) {
  SettingsEdit edit;
  Status status = Status::ok;
  const SettingSet said = edits_of_document(edit, status);
  if (status == Status::not_found || checksum_of(said) == note_.proposed) return Status::ok;
  edit.layer = stores::SettingsLayer::remote;
  const bool may_say_rights = has(rights(configuring_.in_force()).upstream, Right::administer);
  if (is_ok(status) && !may_say_rights && stores::changes_rights(configuring_.settings(), edit)) {
    configuring_.problems().add("command.rights",
                                {"upstream may not say who may do what: command.rights is less "
                                 "than administer, or control.* is meant for the site"});
    status = Status::refused;
  }
  if (is_ok(status)) {
    status = configuring_.settings().propose(edit, now, utc.at, configuring_.problems()).status();
  }
  if (status == Status::unavailable || status == Status::busy) return status;  // again later
  if (!is_ok(status)) configuring_.tell_problems();
  note_ = {.proposed = checksum_of(said), .newest = configuring_.settings().trial().newest};
  mirrored_ = said;
  save_note();
  return Status::ok;
}

// M3
void SettingsMirror::report(Uptime now, const UtcReading& utc) {
  stores::Settings& settings = configuring_.settings();
  const stores::SettingsReport report = settings.report(now);
  if (reported_revision_ == settings.revision() && reported_state_ == report.state) return;
  reported_revision_ = settings.revision();
  reported_state_ = report.state;
  if (report.in_force == 0) return;  // nobody has said anything yet
  const std::array<Change, 2> changes{
      Change{{Part::reported, "state"}, Value::text(stores::to_text(report.state))},
      Change{{Part::reported, "version"}, Value::integer(report.in_force)}};
  const Status status =
      replica_.create(id(), changes, {.side = documents::Side::gateway, .author = "gateway"}, utc);
  static_cast<void>(status);  // the next change is reported anyway
}

void SettingsMirror::save_note() {
  std::array<std::byte, sizeof(Note)> bytes{};
  store(std::span{bytes}, note_);
  static_cast<void>(is_ok(archive_.save(kNoteSlot, bytes)));  // else proposed once more
}

}  // namespace hf::gateway
