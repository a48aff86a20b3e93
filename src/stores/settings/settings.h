// The settings in force, where each comes from, and the versions there were.
//
//   SE1  What is in force was valid as a whole: every value within its bounds, every rule kept.
//   SE2  A version is durable before it is in force; so are the start and the time that a trial
//        costs it, as far as an eighth of the probation.
//   SE3  While a confirmed version exists, one that nobody confirms is left for it: when it has run
//        for the probation of that good one, or was started too often. Power cuts do not start the
//        time anew.
//   SE4  The last good version is never overwritten.
//   SE5  What is refused changes nothing, and says all that is wrong with it.
//   SE6  A file or environment that was left is not tried again until it says something else.
//   SE7  Without a confirmed version there is nothing to go back to, and nothing is left. What is
//        built in becomes one with the first receipt.
//
// A receipt confirms: it shows that the gateway was heard and answered with these settings. Where
// neither the version nor the last good one has a broker, there is nobody to be cut off from, and
// having run for the probation confirms. A person may confirm by hand.
//
// Never allocates; about 40 KiB, of which most is room for one version and what may be wrong with
// it, so that none of that lies on the stack. Owned by the service loop.
// Calls that read or save versions take as long as the archive does.
#pragma once

#include <array>
#include <cstdint>

#include "stores/settings/archive.h"
#include "stores/settings/layers.h"
#include "stores/settings/trial.h"
#include "stores/settings/version.h"

namespace hf::stores {

// What somebody wants changed.
struct SettingsEdit {
  SettingSet changes;                                   // what it says is put over the edits
  std::array<bool, settings::kSettingCount> cleared{};  // no longer edited: what is below shows
  SettingsLayer layer = SettingsLayer::local;           // or remote
  std::string_view author;
  std::string_view comment;
};

enum class BaseState : std::uint8_t {
  in_force,  // file and environment are as the version in force has them
  unsound,   // they were refused: see the log of the start
  left,      // they were tried, and left for the last good version: SE6
};

struct SettingsReport {
  std::uint32_t in_force = 0;
  VersionState state = VersionState::good;  // of that version
  std::uint32_t last_good = 0;
  Duration trial_left{};  // zero: no trial, or one without an end (SE7)
  std::uint32_t starts_left = 0;
  bool running_confirms = false;  // nobody is there to answer: see above
  BaseState base = BaseState::in_force;
  bool is_saved = true;  // false: the medium did not take the last step yet
};

class Settings {
 public:
  // REQUIRES: it outlives this.
  explicit Settings(VersionArchive& archive) : archive_(archive) {}

  // Once, at boot, before anything is configured. `base` has what file and environment say now;
  // not is_sound: something in them was refused, and nothing of them is taken.
  // ok.  unavailable, busy: versions cannot be read now; base and built-in settings are in force.
  // corrupt: they are damaged; the same.  invalid: base breaks a rule: `problems` says which, and
  // the version before stays.
  Status open(const SettingLayers& base, bool is_sound, Uptime now, UtcTime utc,
              SettingsProblems& problems);

  const SettingSet& in_force() const { return in_force_; }
  const SettingLayers& layers() const { return layers_; }

  // Another number: what is in force may have changed since.
  std::uint32_t revision() const { return revision_; }

  // Somebody is sent to whom no setting names: receipts are expected all the same.
  void expect_receipts(bool expected) { expects_receipts_ = expected; }

  // The number of the version that is in force then; the one before when nothing would change.
  // invalid: `problems` says what is wrong.  full: more than a version holds.  unavailable, busy:
  // it could not be made durable; nothing has changed.
  Result<std::uint32_t> propose(const SettingsEdit& edit, Uptime now, UtcTime utc,
                                SettingsProblems& problems);

  // A new version with what an older one said. not_found: no such version is kept. Else as above.
  Result<std::uint32_t> revert(std::uint32_t number, const SettingsEdit& by, Uptime now,
                               UtcTime utc, SettingsProblems& problems);

  // The version in force is good. ok.  stale: it was already.  Where nothing but built-in settings
  // was ever in force they become a version first: busy, unavailable, full: that could not be made
  // durable now.
  Status confirm(Uptime now, UtcTime utc = {});

  // Ends trials that took too long. When it wants to be called next.
  Uptime serve(Uptime now);

  SettingsReport report(Uptime now) const;
  const TrialRecord& trial() const { return trial_; }

  // A version that is kept. ok.  not_found.  corrupt, unavailable, busy: as the archive.
  Status read(std::uint32_t number, VersionHead& head, SettingSet& combined);
  Status read_head_of(std::uint32_t number, VersionHead& head);

 private:
  std::uint32_t checksum_of(const SettingLayers& base);
  Status load_trial();
  Status load(std::uint32_t number, ReadVersion& version, SettingLayers& layers);
  void take_up(Uptime now);
  Result<std::uint32_t> adopt(const SettingLayers& layers, const VersionHead& head, Uptime now);
  Status number_first(Uptime now, UtcTime utc);
  void leave(VersionState why, Uptime now);
  void put_in_force(const SettingLayers& layers);
  void learn_referee();
  Duration probation() const;
  Duration elapsed(Uptime now) const;
  bool has_anybody_to_answer() const;
  void save_trial(Uptime now);

  VersionArchive& archive_;
  TrialRecord trial_;
  SettingLayers layers_;  // of the version in force
  SettingSet in_force_;   // combined
  SettingSet referee_;    // the last good version's: it says how long a trial may take
  std::uint32_t base_checksum_ = 0;
  BaseState base_ = BaseState::in_force;
  std::uint32_t revision_ = 1;
  Uptime counted_at_;  // up to here the trial's time is in the record
  Uptime retry_at_;
  bool is_saved_ = true;
  bool expects_receipts_ = false;
  // Room to work in; what is in it is good until the next version is looked at.
  SettingLayers loaded_;
  SettingsProblems found_;
  std::array<std::byte, kVersionBytesMax> bytes_{};
};

}  // namespace hf::stores
