// The activity on a shelf on a simulated flash; and somebody who is at the file behind its back.
#pragma once

#include <optional>
#include <string>

#include "stores/activity/activity.h"
#include "tests/support/shelf_on_sim.h"
#include "vocabulary/checksum.h"

namespace hf::test {

class ActivityOnSim {
 public:
  explicit ActivityOnSim(std::uint64_t seed = 1, const sim::MediumModel& model = {})
      : on(seed, model) {}

  Status start() {
    activity.reset();
    const Status status = on.start();
    activity.emplace(*on.shelf, BootId{on.boots});
    activity->set_entries_most(entries_most);
    activity->step(moment());
    return status;
  }
  Status cut_and_start() {
    on.cut_power();
    return start();
  }

  stores::Moment moment() const {
    return {.now = on.now,
            .utc = {.at = {1'700'000'000'000 + on.now.ms},
                    .error = milliseconds(20),
                    .quality = TimeQuality::synced}};
  }
  void pass(Duration time) {
    on.now = on.now + time;
    activity->step(moment());
  }
  void note(stores::ActivityKind kind, std::string_view what, std::string_view who = "anna") {
    activity->note(kind, who, what, moment());
  }
  // A person did something; it is on flash when this returns.
  void edit(std::string_view what) {
    note(stores::ActivityKind::edit, what);
    pass(minutes(1));
  }
  void edits(int count) {
    for (int i = 0; i < count; ++i) edit("edit " + std::to_string(++edits_));
  }

  std::string says(std::uint64_t number) {
    stores::ActivityEntry entry;
    const Status status = activity->read(number, entry);
    return std::string(is_ok(status) ? entry.what.view() : to_text(status));
  }
  std::uint64_t newest() const { return activity->newest().number; }

  // "sound", or what was found where, a few entries at a time.
  std::string check() {
    stores::ActivityCheck check;
    while (!check.is_done) {
      const Status status = activity->check(check, 3);
      if (!is_ok(status)) return std::string(to_text(status));
    }
    if (check.fault == stores::ActivityFault::none) return "sound";
    return std::string(stores::to_text(check.fault)) + " " + std::to_string(check.fault_at);
  }

  // Runs SQL on the file of a gateway that is off.
  void tamper(std::string_view sql, std::span<const std::byte> bytes = {}) {
    activity.reset();
    on.shelf->close();
    {
      state::ShelfFile file(*on.engine);
      HF_ASSERT(is_ok(file.open({.file = state::kFileName,
                                 .application_id = state::kApplicationId,
                                 .journal = files::journal_mode_for(on.flash.medium()),
                                 .page_bytes = on.settings.page_bytes,
                                 .file_bytes_max = on.settings.file_bytes_max,
                                 .log_bytes_kept = 20'480,
                                 .cache_pages = on.settings.cache_pages})));
      files::Statement statement;
      HF_ASSERT(is_ok(statement.prepare(file.database(), sql)));
      if (!bytes.empty()) statement.bind(1, bytes).bind(2, std::int64_t{crc32c(bytes)});
      HF_ASSERT(is_ok(statement.run()));
      statement.finish();
    }
  }

  ShelfOnSim on;
  std::optional<stores::Activity> activity;
  std::uint32_t entries_most = 1000;

 private:
  int edits_ = 0;
};

}  // namespace hf::test
