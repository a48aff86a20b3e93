// Configuring: the store of settings, connected. What files and environment say goes in before the
// start; what is in force goes to the parts, at the start and whenever it changes; a receipt for
// what was kept under a version confirms it.
//
// A size of a file that a setting lowers takes effect with the next start, and never below what the
// file has: what was kept is not dropped for a setting.
//
// Cost: a turn in which nothing changed compares two numbers. Owned by the service loop.
#pragma once

#include "files/metering/metered_flash.h"
#include "hal/clock.h"
#include "hal/log.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/settings/settings.h"
#include "stores/settings/shelf_archive.h"

namespace hf::gateway {

class Configuring {
 public:
  // REQUIRES: all outlive it.
  Configuring(state::Shelf& shelf, stores::OfflineQueue& queue, files::MeteredFlash& flash,
              hal::Log& log)
      : archive_(shelf), settings_(archive_), queue_(queue), flash_(flash), log_(log) {}

  // What file and environment say; not is_sound: something of it was refused, and nothing of it is
  // taken. Before open().
  void set_base(const stores::SettingLayers& base, bool is_sound);

  // Before the queue is opened: it gets its settings. Outcomes of stores::Settings::open(); in each
  // of them there are settings in force.
  Status open(const hal::Clock& clock);

  // Ends and confirms trials, and tells the queue what has changed. When it wants to be called
  // next.
  Uptime step(Uptime now, UtcTime utc = {});

  // True once after each change of what is in force: for those who are told by the gateway.
  bool take_change();

  const stores::SettingSet& in_force() const { return settings_.in_force(); }
  stores::Settings& settings() { return settings_; }
  const stores::Settings& settings() const { return settings_; }
  stores::SettingsProblems& problems() { return problems_; }
  void tell_problems();  // in the log

 private:
  void apply(Uptime now);
  void tell_version(Uptime now);
  std::uint64_t bytes_of(std::string_view file_name);

  stores::ShelfArchive archive_;
  stores::Settings settings_;
  stores::OfflineQueue& queue_;
  files::MeteredFlash& flash_;
  hal::Log& log_;
  stores::SettingLayers base_;
  bool base_is_sound_ = true;
  stores::SettingsProblems problems_;
  std::uint32_t applied_revision_ = 0;
  std::uint32_t taken_revision_ = 0;
  stores::QueueMark applied_at_;  // what is received beyond was kept under the version in force
};

}  // namespace hf::gateway
