// Bad versions of settings, as people write them: by the local socket, by a command and by a
// document from upstream, by the file. Each is refused with a reason, or the gateway leaves it by
// itself within the probation of its good version, whatever else happens meanwhile.
//
// What is bad: values that may not be, names that do not exist, values that contradict each other;
// and values that may be, with which nobody is reached, little is heard, or the process ends at
// each start.
#pragma once

#include <string>
#include <string_view>

#include "gateway/gateway.h"
#include "hal/link.h"
#include "tests/simulation/core/findings.h"

namespace hf::simulation {

class World;

void write_bad_settings(World& world);
// A person puts right what upstream could live with and we cannot measure by.
void mend_settings(World& world);

// Why a broker that keeps its guests apart does not let this gateway in.
hal::LinkReason door_of(const hal::ConnectRequest& request);

// Watches over what is in force. `now` is the world's.
class SettingsWatch {
 public:
  explicit SettingsWatch(Findings& findings) : findings_(findings) {}

  void process_started(const gateway::Gateway& gateway, Duration now, Duration to_live);
  void process_ends(Duration now);

  // After each step. True: with these settings the process ends here.
  bool look(const gateway::Gateway& gateway, Duration now, bool is_medium_well);

  // Settings as they came are in force and confirmed: what is written now can be left for them.
  bool may_be_spoilt(const gateway::Gateway& gateway) const;
  // Nothing was amiss with settings for so long.
  bool is_well(Duration now, Duration for_at_least) const {
    return !is_other_ && (well_since_ == Duration{} || now >= well_since_ + for_at_least);
  }

  // What was written has to be refused, and was answered like this.
  void note_answer(std::string_view answer);
  void note_written() { ++written_; }
  std::uint64_t written() const { return written_; }
  std::uint64_t taken() const { return taken_; }  // of them; the others were refused, or got lost

  // In the end: what should be in force, is.
  void check_mended(const gateway::Gateway& gateway);

  stores::SettingLayers base;  // what the file says
  bool base_is_sound = true;

 private:
  void note_change(const stores::Settings& settings, Duration now);
  void judge(Duration now);

  Findings& findings_;
  const stores::SettingSet as_they_came_;
  bool is_other_ = false;    // than they came
  bool is_excused_ = false;  // the medium failed meanwhile
  std::uint32_t revision_ = 0;
  std::int64_t interruptions_ = 0;
  Duration ran_{};  // powered, with others, before counted_from_
  Duration counted_from_{};
  Duration ends_at_{INT64_MAX};
  Duration well_since_{};
  std::uint64_t written_ = 0;
  std::uint64_t taken_ = 0;
};

}  // namespace hf::simulation
