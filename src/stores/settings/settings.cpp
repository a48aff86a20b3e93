#include "stores/settings/settings.h"

#include <algorithm>

#include "stores/settings/reading.h"
#include "vocabulary/bytes.h"

namespace hf::stores {
namespace {

constexpr std::uint32_t kTrialSlot = 0;
constexpr std::uint32_t kFirstVersionSlot = 1;
constexpr Uptime kNever{INT64_MAX};
constexpr Duration kSaveAgain = seconds(10);   // after the medium did not take a step
constexpr std::int64_t kStepsOfProbation = 8;  // that are saved: what a cut forgets of its time

constexpr settings::SettingIndex kProbation = settings::at("settings.probation");
constexpr settings::SettingIndex kStartsMax = settings::at("settings.starts_max");
constexpr settings::SettingIndex kBroker = settings::at("uplink.broker");

bool has_base(const SettingLayers& layers) {
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    if (layers.file.says({i}) || layers.environment.says({i})) return true;
  }
  return false;
}

bool same_base(const SettingLayers& a, const SettingLayers& b) {
  return a.file == b.file && a.environment == b.environment;
}

}  // namespace

// What file and environment say, as one number; never 0. REQUIRES: `base` is not loaded_.
std::uint32_t Settings::checksum_of(const SettingLayers& base) {
  loaded_.file = base.file;
  loaded_.environment = base.environment;
  loaded_.edits = {};
  const Result<std::uint32_t> size = write_version({}, loaded_, bytes_);
  if (!size.ok()) return 1;
  const std::span<const std::byte> bytes{bytes_};
  return std::max(1U, load_u32(bytes.subspan(size.value() - sizeof(std::uint32_t))));  // its own
}

Status Settings::open(const SettingLayers& base, bool is_sound, Uptime now, UtcTime utc,
                      SettingsProblems& problems) {
  counted_at_ = now;
  const Status loaded = load_trial();
  if (is_ok(loaded)) take_up(now);
  if (!is_sound) {
    base_ = BaseState::unsound;
    return loaded;
  }
  base_checksum_ = checksum_of(base);
  if (same_base(base, layers_)) return loaded;
  if (base_checksum_ == trial_.refused_base) {
    base_ = BaseState::left;
    return loaded;
  }
  SettingLayers& candidate = loaded_;
  candidate.file = base.file;
  candidate.environment = base.environment;
  candidate.edits = layers_.edits;
  if (!is_ok(check_rules(candidate.combined(), problems))) {
    base_ = BaseState::unsound;
    return Status::invalid;
  }
  const bool is_adopted =
      adopt(candidate, {.made_at = utc, .cause = VersionCause::files}, now).ok();
  if (!is_adopted && trial_.last_good == 0) put_in_force(candidate);  // better than none at all
  return loaded;
}

// What was never saved is no failure: it is the first start.
Status Settings::load_trial() {
  const Result<std::uint32_t> size = archive_.load(kTrialSlot, bytes_);
  if (size.status() == Status::not_found) return Status::ok;
  HF_TRY(size);
  return read_trial(std::span{bytes_}.first(size.value()), trial_);
}

Status Settings::load(std::uint32_t number, ReadVersion& version, SettingLayers& layers) {
  const VersionPlace* place = trial_.find(number);
  if (place == nullptr) return Status::not_found;
  const auto slot = static_cast<std::uint32_t>(place - trial_.places.data());
  const Result<std::uint32_t> size = archive_.load(kFirstVersionSlot + slot, bytes_);
  HF_TRY(size);
  HF_TRY(read_version(std::span{bytes_}.first(size.value()), version, layers, found_));
  return version.head.number == number ? Status::ok : Status::corrupt;
}

// The version that was in force when the power went; a trial of it costs one of its starts, and
// that is on flash before anything else happens.
void Settings::take_up(Uptime now) {
  learn_referee();
  if (trial_.in_force == 0) return;
  ReadVersion version;
  const bool is_sound = is_ok(load(trial_.in_force, version, loaded_)) &&
                        is_ok(check_rules(loaded_.combined(), found_));
  if (!is_sound) {
    leave(VersionState::unsound, now);
    return;
  }
  put_in_force(loaded_);
  if (!trial_.on_trial()) return;
  ++trial_.starts;
  const bool too_often = trial_.starts > referee_.whole<std::uint32_t>(kStartsMax);
  save_trial(now);
  // A start that cannot be counted could be repeated for ever.
  if (trial_.last_good != 0 && (too_often || !is_saved_)) leave(VersionState::crashed, now);
}

void Settings::learn_referee() {
  ReadVersion version;
  referee_ = SettingSet{};
  if (is_ok(load(trial_.last_good, version, loaded_))) referee_ = loaded_.combined();
}

Result<std::uint32_t> Settings::propose(const SettingsEdit& edit, Uptime now, UtcTime utc,
                                        SettingsProblems& problems) {
  SettingLayers& candidate = loaded_;
  candidate = layers_;
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    if (edit.cleared[i]) candidate.edits.clear({i});
  }
  candidate.edits.put_over(edit.changes);
  if (candidate == layers_) return trial_.in_force;
  HF_TRY(check_rules(candidate.combined(), problems));
  VersionHead head{
      .made_at = utc,
      .cause = edit.layer == SettingsLayer::remote ? VersionCause::remote : VersionCause::local};
  if (!is_ok(head.author.try_assign(edit.author)) ||
      !is_ok(head.comment.try_assign(edit.comment))) {
    problems.add({}, {"an author has at most 32 bytes, a comment 64"});
    return Status::invalid;
  }
  return adopt(candidate, head, now);
}

Result<std::uint32_t> Settings::revert(std::uint32_t number, const SettingsEdit& by, Uptime now,
                                       UtcTime utc, SettingsProblems& problems) {
  ReadVersion version;
  SettingLayers& candidate = loaded_;
  candidate.clear();
  if (number != 0) HF_TRY(load(number, version, candidate));
  if (candidate == layers_) return trial_.in_force;
  HF_TRY(check_rules(candidate.combined(), problems));
  VersionHead head{.made_at = utc, .cause = VersionCause::revert};
  if (!is_ok(head.author.try_assign(by.author)) || !is_ok(head.comment.try_assign(by.comment))) {
    problems.add({}, {"an author has at most 32 bytes, a comment 64"});
    return Status::invalid;
  }
  return adopt(candidate, head, now);
}

// First the version, then the record that points at it: a cut between them leaves an older record
// and a version nobody looks at.
Result<std::uint32_t> Settings::adopt(const SettingLayers& layers, const VersionHead& head,
                                      Uptime now) {
  VersionHead numbered = head;
  numbered.number = trial_.newest + 1;
  numbered.parent = trial_.in_force;
  const Result<std::uint32_t> size = write_version(numbered, layers, bytes_);
  HF_TRY(size);
  const std::uint32_t place = trial_.next_place();
  HF_TRY(archive_.save(kFirstVersionSlot + place, std::span{bytes_}.first(size.value())));
  const TrialRecord before = trial_;
  if (trial_.on_trial()) trial_.mark(trial_.in_force, VersionState::assumed);
  trial_.places[place] = {.number = numbered.number, .state = VersionState::on_trial};
  trial_.newest = numbered.number;
  trial_.in_force = numbered.number;
  trial_.starts = 0;
  trial_.elapsed_ms = 0;
  counted_at_ = now;
  save_trial(now);
  if (!is_saved_) {
    // Unknown whether the record is there: if so, the next start takes it up, and it is on trial.
    trial_ = before;
    return Status::unavailable;
  }
  put_in_force(layers);
  return numbered.number;
}

Status Settings::confirm(Uptime now, UtcTime utc) {
  if (trial_.in_force == 0) HF_TRY(number_first(now, utc));
  if (!trial_.on_trial()) return Status::stale;
  trial_.mark(trial_.in_force, VersionState::good);
  trial_.last_good = trial_.in_force;
  trial_.refused_base = 0;
  referee_ = in_force_;
  save_trial(now);
  return Status::ok;
}

// What is built in gets a number once it has shown that it works: something to go back to.
Status Settings::number_first(Uptime now, UtcTime utc) {
  if (now < retry_at_) return Status::busy;
  retry_at_ = now + kSaveAgain;
  VersionHead head{.made_at = utc, .cause = VersionCause::files};
  head.comment.assign("what was in force when upstream first answered");
  return adopt(layers_, head, now).status();
}

// SE3. In memory even when the medium does not take it: the way back does not wait for flash.
void Settings::leave(VersionState why, Uptime now) {
  if (trial_.in_force == trial_.last_good) {  // it was good once, and cannot be read any more
    trial_.last_good = 0;
  } else if (has_base(layers_)) {
    trial_.refused_base = checksum_of(layers_);
  }
  trial_.mark(trial_.in_force, why);
  ReadVersion version;
  if (!is_ok(load(trial_.last_good, version, loaded_))) {
    trial_.last_good = 0;
    loaded_.clear();
  }
  trial_.in_force = trial_.last_good;
  if (same_base(loaded_, layers_)) trial_.refused_base = 0;  // the files were not what was wrong
  trial_.starts = 0;
  trial_.elapsed_ms = 0;
  put_in_force(loaded_);
  if (trial_.refused_base != 0) base_ = BaseState::left;
  save_trial(now);
}

void Settings::put_in_force(const SettingLayers& layers) {
  layers_ = layers;
  in_force_ = layers.combined();
  ++revision_;
}

Duration Settings::probation() const { return referee_.duration(kProbation); }

Duration Settings::elapsed(Uptime now) const {
  return milliseconds(trial_.elapsed_ms) + (now - counted_at_);
}

bool Settings::has_anybody_to_answer() const {
  return expects_receipts_ || !in_force_.text(kBroker).empty() || !referee_.text(kBroker).empty();
}

Uptime Settings::serve(Uptime now) {
  if (!is_saved_ && now >= retry_at_) save_trial(now);
  const Uptime retry_at = is_saved_ ? kNever : retry_at_;
  if (!trial_.on_trial()) return retry_at;
  const bool is_over = elapsed(now) >= probation();
  if (is_over && !has_anybody_to_answer()) {
    static_cast<void>(is_ok(confirm(now)));
  } else if (is_over && trial_.last_good != 0) {
    leave(VersionState::no_answer, now);
  }
  if (!trial_.on_trial() || is_over) return is_saved_ ? kNever : retry_at_;
  const Duration step = milliseconds(probation().ms / kStepsOfProbation);
  if (now - counted_at_ >= step) {
    trial_.elapsed_ms = elapsed(now).ms;
    counted_at_ = now;
    save_trial(now);
  }
  const Uptime ends_at = now + (probation() - elapsed(now));
  return std::min({retry_at, ends_at, counted_at_ + step});
}

void Settings::save_trial(Uptime now) {
  std::array<std::byte, kTrialBytes> bytes{};
  write_trial(trial_, bytes);
  is_saved_ = is_ok(archive_.save(kTrialSlot, bytes));
  retry_at_ = now + kSaveAgain;
}

SettingsReport Settings::report(Uptime now) const {
  const VersionPlace* place = trial_.find(trial_.in_force);
  SettingsReport report{.in_force = trial_.in_force,
                        .state = place == nullptr ? VersionState::assumed : place->state,
                        .last_good = trial_.last_good,
                        .base = base_,
                        .is_saved = is_saved_};
  const bool ends = trial_.last_good != 0 || !has_anybody_to_answer();
  if (trial_.on_trial() && ends) {
    report.trial_left = std::max(Duration{}, probation() - elapsed(now));
    const auto starts_max = referee_.whole<std::uint32_t>(kStartsMax);
    report.running_confirms = !has_anybody_to_answer();
    report.starts_left = starts_max - std::min(starts_max, trial_.starts);
  }
  return report;
}

Status Settings::read(std::uint32_t number, VersionHead& head, SettingSet& combined) {
  ReadVersion version;
  loaded_.clear();
  if (number != 0) HF_TRY(load(number, version, loaded_));
  head = version.head;
  combined = loaded_.combined();
  return Status::ok;
}

Status Settings::read_head_of(std::uint32_t number, VersionHead& head) {
  const VersionPlace* place = trial_.find(number);
  if (place == nullptr) return Status::not_found;
  const auto slot = static_cast<std::uint32_t>(place - trial_.places.data());
  const Result<std::uint32_t> size = archive_.load(kFirstVersionSlot + slot, bytes_);
  HF_TRY(size);
  return read_head(std::span{bytes_}.first(size.value()), head);
}

}  // namespace hf::stores
