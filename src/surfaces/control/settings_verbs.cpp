#include "surfaces/control/settings_verbs.h"

#include <algorithm>

#include "stores/settings/reading.h"
#include "stores/settings/rights.h"
#include "stores/settings/settings.h"
#include "stores/settings/templates.h"
#include "wire/channel/control_line.h"
#include "wire/json/json_reader.h"

namespace hf::surfaces {
namespace {

using settings::Effect;
using settings::Setting;
using settings::SettingIndex;
using stores::SettingsEdit;
using stores::SettingSet;
using stores::VersionHead;

std::string_view to_text(Effect effect) {
  switch (effect) {
    case Effect::at_once: return "at once";
    case Effect::link: return "at once, with a new connection";
    case Effect::start: return "with the next start";
  }
  return {};
}

std::string_view to_text(stores::BaseState base) {
  switch (base) {
    case stores::BaseState::in_force: return "in force";
    case stores::BaseState::unsound: return "refused: see the log of the start";
    case stores::BaseState::left: return "tried, and left for the last good version";
  }
  return {};
}

// The arguments as a tree; no arguments are an empty object.
Status read_arguments(const Sights& sights, std::string_view arguments, wire::JsonReader& json) {
  wire::JsonFault fault;
  const Status status = json.read(arguments.empty() ? "{}" : arguments, fault);
  if (!is_ok(status)) sights.problems.add({}, {"the arguments: ", fault.problem});
  return status;
}

void show_state(const Sights& sights, wire::JsonWriter& json) {
  const stores::SettingsReport report = sights.settings.report(sights.clock.uptime());
  json.member("version", report.in_force);
  json.member("state", stores::to_text(report.state));
  json.member("last_good", report.last_good);
  json.member("trial_left_ms", report.trial_left.ms);
  json.member("starts_left", report.starts_left);
  json.member("running_confirms", report.running_confirms);
  json.member("files", to_text(report.base));
  json.member("saved", report.is_saved);
}

void show_setting(const Sights& sights, SettingIndex index, wire::JsonWriter& json) {
  const Setting& setting = settings::setting_at(index);
  const SettingSet& set = sights.settings.in_force();
  json.open_object();
  json.member("path", setting.path);
  json.member("value", stores::format_value(setting, set.value(index)).view());
  json.member("layer", stores::to_text(set.layer(index)));
  json.member("default", stores::format_value(setting, stores::initial_value(setting)).view());
  json.member("range", stores::format_bounds(setting).view());
  json.member("in_force", to_text(setting.effect));
  json.member("about", setting.about);
  json.close_object();
}

bool is_asked_for(std::string_view path, std::string_view name) {
  return name.empty() || path == name ||
         (path.starts_with(name) && path.size() > name.size() && path[name.size()] == '.');
}

void show_version(const Sights& sights, std::uint32_t number, wire::JsonWriter& json) {
  const stores::VersionPlace* place = sights.settings.trial().find(number);
  VersionHead head;
  if (place == nullptr) return;
  json.open_object();
  json.member("version", number);
  json.member("state", stores::to_text(place->state));
  if (is_ok(sights.settings.read_head_of(number, head))) {
    json.member("made_ms", head.made_at.ms);
    json.member("by", stores::to_text(head.cause));
    json.member("author", head.author.view());
    json.member("parent", head.parent);
    json.member("comment", head.comment.view());
  }
  json.close_object();
}

// Author and comment, who say nothing by themselves.
void take_signature(wire::JsonValue root, SettingsEdit& edit) {
  edit.author = root.find("author").text();
  edit.comment = root.find("comment").text();
}

// What the members of `values` want: null clears, all else sets.
Status take_changes(const Sights& sights, wire::JsonValue cleared, wire::JsonValue values,
                    SettingsEdit& edit) {
  const std::uint32_t before = sights.problems.count();
  for (const wire::JsonValue name : cleared) {
    const SettingIndex index = settings::find(name.text());
    if (settings::is_known(index)) {
      edit.cleared[index.value] = true;
    } else {
      const std::string_view meant = stores::nearest_path(name.text());
      sights.problems.add(
          name.text(), {"there is no such setting", meant.empty() ? "" : ": did you mean ", meant});
    }
  }
  if (values.present()) {
    static_cast<void>(stores::read_settings(values, edit.layer, edit.changes, sights.problems));
  }
  return sights.problems.count() == before ? Status::ok : Status::invalid;
}

Status propose(const Sights& sights, const SettingsEdit& edit, wire::JsonWriter& json) {
  const UtcReading utc = sights.clock.utc();
  HF_TRY(sights.settings.propose(edit, sights.clock.uptime(), utc.at, sights.problems));
  show_state(sights, json);
  return Status::ok;
}

Status take_template(const Sights& sights, std::string_view name, SettingsEdit& edit) {
  const auto found =
      std::ranges::find(stores::kSettingsTemplates, name, &stores::SettingsTemplate::name);
  if (found == stores::kSettingsTemplates.end()) {
    sights.problems.add(name, {"there is no such template: `holdfast settings templates`"});
    return Status::not_found;
  }
  wire::JsonReader json(sights.memory);
  HF_TRY(json.read(found->json));
  return stores::read_settings(json.root(), edit.layer, edit.changes, sights.problems);
}

// A version by number, as a member has it. 0 is the built-in one.
Result<std::uint32_t> version_in(const Sights& sights, wire::JsonValue root,
                                 std::string_view name) {
  const Result<std::int64_t> number = root.find(name).integer();
  if (!number.ok() || number.value() < 0 || number.value() > UINT32_MAX) {
    sights.problems.add(name, {"a version's number is needed: `holdfast settings history`"});
    return Status::invalid;
  }
  return static_cast<std::uint32_t>(number.value());
}

// ok: whoever asks may say who may do what.
Status need_administer(const Sights& sights) {
  if (has(sights.asker.right, Right::administer)) return Status::ok;
  sights.problems.add("command.rights",
                      {"who may do what is said by whoever may administer: ", sights.asker.name,
                       " has '", to_text(sights.asker.right), "', by ", sights.asker.by});
  return Status::refused;
}

Status no_such_version(const Sights& sights, Status status, std::string_view name) {
  if (status == Status::not_found) {
    sights.problems.add(name, {"this version is not kept: `holdfast settings history`"});
  }
  return status;
}

}  // namespace

Status list_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  wire::JsonReader reader(sights.memory);
  HF_TRY(read_arguments(sights, arguments, reader));
  const std::string_view name = reader.root().find("name").text();
  bool found = false;
  show_state(sights, json);
  json.open_array("settings");
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    if (!is_asked_for(settings::kTable[i].path, name)) continue;
    show_setting(sights, {i}, json);
    found = true;
  }
  json.close_array();
  if (found) return Status::ok;
  const std::string_view meant = stores::nearest_path(name);
  sights.problems.add(name, {"there is no such setting, nor a group of that name",
                             meant.empty() ? "" : ": did you mean ", meant});
  return Status::not_found;
}

Status set_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  wire::JsonReader reader(sights.memory);
  HF_TRY(read_arguments(sights, arguments, reader));
  const wire::JsonValue root = reader.root();
  SettingsEdit edit;
  FixedString<limits::kAuthorBytesMax> author;
  FixedString<64> comment;
  take_signature(root, edit);
  if (!is_ok(author.try_assign(edit.author)) || !is_ok(comment.try_assign(edit.comment))) {
    sights.problems.add({}, {"an author has at most 32 bytes, a comment 64"});
    return Status::invalid;
  }
  edit.author = author.view();  // the template is read into the same memory
  edit.comment = comment.view();
  HF_TRY(take_changes(sights, root.find("clear"), root.find("set"), edit));
  FixedString<64> name;
  if (is_ok(name.try_assign(root.find("template").text())) && !name.empty()) {
    HF_TRY(take_template(sights, name.view(), edit));
  }
  if (stores::changes_rights(sights.settings, edit)) HF_TRY(need_administer(sights));
  return propose(sights, edit, json);
}

Status list_versions(const Sights& sights, std::string_view /*arguments*/, wire::JsonWriter& json) {
  show_state(sights, json);
  json.open_array("versions");
  const stores::TrialRecord& trial = sights.settings.trial();
  for (std::uint32_t number = trial.newest; number > 0; --number) {
    if (trial.newest - number > 1000) break;  // no version that old has a place
    show_version(sights, number, json);
  }
  json.close_array();
  return Status::ok;
}

Status compare_versions(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  wire::JsonReader reader(sights.memory);
  HF_TRY(read_arguments(sights, arguments, reader));
  const Result<std::uint32_t> from = version_in(sights, reader.root(), "from");
  HF_TRY(from);
  const Result<std::uint32_t> to = version_in(sights, reader.root(), "to");
  HF_TRY(to);
  VersionHead head;
  SettingSet before;
  SettingSet after;
  HF_TRY(no_such_version(sights, sights.settings.read(from.value(), head, before), "from"));
  HF_TRY(no_such_version(sights, sights.settings.read(to.value(), head, after), "to"));
  json.open_array("changes");
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const SettingIndex index{i};
    if (before.value(index) == after.value(index)) continue;
    const Setting& setting = settings::setting_at(index);
    json.open_object();
    json.member("path", setting.path);
    json.member("from", stores::format_value(setting, before.value(index)).view());
    json.member("to", stores::format_value(setting, after.value(index)).view());
    json.close_object();
  }
  json.close_array();
  return Status::ok;
}

Status revert_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  wire::JsonReader reader(sights.memory);
  HF_TRY(read_arguments(sights, arguments, reader));
  const Result<std::uint32_t> number = version_in(sights, reader.root(), "version");
  HF_TRY(number);
  VersionHead head;
  SettingSet again;
  HF_TRY(no_such_version(sights, sights.settings.read(number.value(), head, again), "version"));
  if (stores::differ_in_rights(sights.settings.in_force(), again)) HF_TRY(need_administer(sights));
  SettingsEdit by;
  take_signature(reader.root(), by);
  const UtcReading utc = sights.clock.utc();
  const Result<std::uint32_t> made =
      sights.settings.revert(number.value(), by, sights.clock.uptime(), utc.at, sights.problems);
  HF_TRY(no_such_version(sights, made.status(), "version"));
  show_state(sights, json);
  return Status::ok;
}

Status confirm_settings(const Sights& sights, std::string_view /*arguments*/,
                        wire::JsonWriter& json) {
  const Status status = sights.settings.confirm(sights.clock.uptime());
  if (status == Status::stale) {
    sights.problems.add({}, {"nothing is on trial: the version in force is confirmed already"});
    return status;
  }
  show_state(sights, json);
  return status;
}

Status list_templates(const Sights& /*sights*/, std::string_view /*arguments*/,
                      wire::JsonWriter& json) {
  json.open_array("templates");
  for (const stores::SettingsTemplate& known : stores::kSettingsTemplates) {
    json.open_object();
    json.member("name", known.name);
    json.member("about", known.about);
    json.member("says", known.json);
    json.close_object();
  }
  json.close_array();
  return Status::ok;
}

}  // namespace hf::surfaces
