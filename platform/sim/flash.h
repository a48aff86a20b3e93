// Files on a simulated medium that loses power, lies, fills up, slows down and rots, as planned.
//
// Nothing is durable before it was synced: what a power cut leaves of the rest is drawn from the
// seed by the medium model. The medium forgets nothing else by itself; every fault is planned.
// Cost: a write copies its bytes twice, a cut costs what was changed since the last syncs.
#pragma once

#include <array>
#include <map>
#include <string>
#include <vector>

#include "hal/flash.h"
#include "platform/sim/clock.h"
#include "platform/sim/medium/directory.h"
#include "platform/sim/medium/faults.h"
#include "platform/sim/supply.h"

namespace hf::sim {

struct FlashCounters {
  std::uint64_t reads = 0;
  std::uint64_t bytes_read = 0;
  std::uint64_t writes = 0;
  std::uint64_t bytes_written = 0;
  std::uint64_t syncs = 0;
};

// All files of a medium and their contents: for templates, clones and comparisons.
using FlashImage = std::map<std::string, std::vector<std::byte>, std::less<>>;

class Flash final : public hal::Flash {
 public:
  Flash(Supply& supply, Clock& clock, std::uint64_t seed);

  Result<hal::FileHandle> open(std::string_view name, hal::OpenMode mode) override;
  Status close(hal::FileHandle file) override;
  Result<std::uint32_t> read(hal::FileHandle file, std::uint64_t offset,
                             std::span<std::byte> bytes) override;
  Status write(hal::FileHandle file, std::uint64_t offset,
               std::span<const std::byte> bytes) override;
  Status resize(hal::FileHandle file, std::uint64_t bytes) override;
  Status reserve(hal::FileHandle file, std::uint64_t bytes) override;
  Status sync(hal::FileHandle file) override;
  Status sync_directory() override;
  Result<std::uint64_t> size(hal::FileHandle file) override;
  Status rename(std::string_view from, std::string_view to) override;
  Status remove(std::string_view name) override;
  Status name_at(std::uint32_t index, hal::FileName& name) override;
  Result<hal::Space> space() override;
  hal::Medium medium() const override;

  // The world's hands. A power cut is planned with Supply, which counts every call that changes
  // something: writes, resizes, reserves, syncs, creations, renames and removals.
  void plan(PlannedFault fault) { faults_.add(std::move(fault)); }
  void forget_plans() { faults_.clear(); }
  void set_model(const MediumModel& model) { model_ = model; }
  void set_state(hal::MediumState state) { state_ = state; }

  // After a cut: draws what survived. Handles from before are dead. Plans and state stay.
  void power_on();
  // An orderly end: everything is durable.
  void shut_down();
  // Handles are dead; nothing else is lost.
  void restart_process();

  const FlashCounters& counters() const { return all_counters_; }
  std::uint64_t bytes_taken() const { return pages_taken() * Pages::kPageBytes; }  // by all files
  FlashCounters counters(std::string_view name) const;  // by the name at the time of the call
  void forget_counters();

  // Damage to the medium. REQUIRES: there is a file of that name; what it holds becomes durable.
  void flip_bit(std::string_view name, std::uint64_t bit);
  void overwrite(std::string_view name, std::uint64_t offset, std::span<const std::byte> bytes);
  void zero(std::string_view name);
  void truncate(std::string_view name, std::uint64_t bytes);

  // What a reader would see of everything; and a medium with exactly these files, all durable.
  FlashImage image() const;
  void install(const FlashImage& image);

 private:
  struct OpenFile {
    std::string name;
    StoredFile* file = nullptr;  // null: this place is free
    FlashCounters* counters = nullptr;
    std::uint16_t generation = 0;  // of the handles given out for this place
    bool is_read_only = false;
  };

  OpenFile* find(hal::FileHandle handle);
  OpenFile* opened(hal::FileHandle handle);  // whatever the medium does
  bool is_open(std::string_view name) const;
  Status may_open(std::string_view name, hal::OpenMode mode) const;
  Status may_change() const;
  Status make_room(const StoredFile& file, std::uint64_t offset, std::uint64_t bytes) const;
  std::uint64_t pages_taken() const;
  Fault meet(FlashCall call, std::string_view name);
  void write_in_part(StoredFile& file, std::uint64_t offset, std::span<const std::byte> bytes);
  void write_back(StoredFile& file) const;
  StoredFile& damaged(std::string_view name);

  Supply& supply_;
  Clock& clock_;
  Random random_;
  MediumModel model_;
  hal::MediumState state_ = hal::MediumState::writable;
  Directory directory_;
  FaultPlan faults_;
  std::array<OpenFile, hal::kFilesOpenMax> open_files_;
  ChangeOrder next_change_ = 1;
  FlashCounters all_counters_;
  std::map<std::string, FlashCounters, std::less<>> file_counters_;
};

}  // namespace hf::sim
