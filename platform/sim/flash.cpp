#include "platform/sim/flash.h"

#include <algorithm>

namespace hf::sim {
namespace {

static_assert(hal::kFilesOpenMax == 16, "a handle holds the place in its lower four bits");

hal::FileHandle handle_of(std::size_t place, std::uint16_t generation) {
  return {static_cast<std::uint16_t>(std::size_t{generation} << 4 | place)};
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_file_name(std::string_view name) {
  const auto allowed = [](char c) {
    return is_letter_or_digit(c) || c == '.' || c == '-' || c == '_';
  };
  return !name.empty() && name.size() <= hal::kFileNameCharactersMax &&
         is_letter_or_digit(name.front()) && std::all_of(name.begin(), name.end(), allowed);
}

Status status_of_fault(Fault fault) {
  return fault == Fault::no_space ? Status::full : Status::unavailable;
}

bool fails(Fault fault) { return fault == Fault::io_error || fault == Fault::no_space; }

}  // namespace

Flash::Flash(Supply& supply, Clock& clock, std::uint64_t seed)
    : supply_(supply), clock_(clock), random_(seed) {}

Result<hal::FileHandle> Flash::open(std::string_view name, hal::OpenMode mode) {
  HF_TRY(may_open(name, mode));
  const auto place = std::find_if(open_files_.begin(), open_files_.end(),
                                  [](const OpenFile& open) { return open.file == nullptr; });
  if (place == open_files_.end()) return Status::full;
  if (const Fault fault = meet(FlashCall::open, name); fails(fault)) return status_of_fault(fault);
  StoredFile* file = directory_.find(name);
  if (file == nullptr) {
    if (mode != hal::OpenMode::create) return Status::not_found;
    if (pages_taken() * Pages::kPageBytes >= model_.capacity_bytes) return Status::full;
    const bool lasts = supply_.lasts_for_a_change();
    file = &directory_.create(name, next_change_++);
    if (!lasts) return Status::unavailable;
  }
  place->name = name;
  place->file = file;
  place->counters = &file_counters_[place->name];
  place->is_read_only = mode == hal::OpenMode::read_only;
  return handle_of(static_cast<std::size_t>(place - open_files_.begin()), place->generation);
}

Status Flash::close(hal::FileHandle handle) {
  // A handle is freed also when the medium is gone: it is ours, not the medium's.
  OpenFile* open = supply_.is_on() ? opened(handle) : nullptr;
  if (open == nullptr) return Status::unavailable;
  const bool is_gone = state_ == hal::MediumState::missing;
  const Fault fault = meet(FlashCall::close, open->name);
  open->file->close();
  open->file = nullptr;
  ++open->generation;
  return is_gone || fails(fault) ? Status::unavailable : Status::ok;
}

Result<std::uint32_t> Flash::read(hal::FileHandle handle, std::uint64_t offset,
                                  std::span<std::byte> bytes) {
  OpenFile* open = find(handle);
  if (open == nullptr) return Status::unavailable;
  if (fails(meet(FlashCall::read, open->name))) return Status::unavailable;
  const std::uint32_t count = open->file->read(offset, bytes);
  for (FlashCounters* counters : {&all_counters_, open->counters}) {
    ++counters->reads;
    counters->bytes_read += count;
  }
  return count;
}

Status Flash::write(hal::FileHandle handle, std::uint64_t offset,
                    std::span<const std::byte> bytes) {
  OpenFile* open = find(handle);
  if (open == nullptr) return Status::unavailable;
  if (open->is_read_only) return Status::refused;
  HF_TRY(may_change());
  const Fault fault = meet(FlashCall::write, open->name);
  if (fails(fault)) {
    write_in_part(*open->file, offset, bytes);
    return status_of_fault(fault);
  }
  HF_TRY(make_room(*open->file, offset, bytes.size()));
  const bool lasts = supply_.lasts_for_a_change();
  open->file->write(offset, bytes, next_change_++);
  if (!lasts) return Status::unavailable;
  if (fault == Fault::forgotten) open->file->forget_last_write();
  for (FlashCounters* counters : {&all_counters_, open->counters}) {
    ++counters->writes;
    counters->bytes_written += bytes.size();
  }
  write_back(*open->file);
  return Status::ok;
}

Status Flash::resize(hal::FileHandle handle, std::uint64_t bytes) {
  OpenFile* open = find(handle);
  if (open == nullptr) return Status::unavailable;
  if (open->is_read_only) return Status::refused;
  HF_TRY(may_change());
  const Fault fault = meet(FlashCall::resize, open->name);
  if (fails(fault)) return status_of_fault(fault);
  const bool lasts = supply_.lasts_for_a_change();
  open->file->resize(bytes, next_change_++);
  return lasts ? Status::ok : Status::unavailable;
}

Status Flash::reserve(hal::FileHandle handle, std::uint64_t bytes) {
  OpenFile* open = find(handle);
  if (open == nullptr) return Status::unavailable;
  if (open->is_read_only) return Status::refused;
  HF_TRY(may_change());
  const Fault fault = meet(FlashCall::reserve, open->name);
  if (fails(fault)) return status_of_fault(fault);
  const std::uint64_t bytes_taken = model_.reserves_space ? bytes : 0;
  HF_TRY(make_room(*open->file, 0, bytes_taken));
  const bool lasts = supply_.lasts_for_a_change();
  open->file->allocate(bytes_taken);
  if (bytes > open->file->size()) open->file->resize(bytes, next_change_++);
  if (!lasts) return Status::unavailable;
  return model_.reserves_space ? Status::ok : Status::unsupported;
}

Status Flash::sync(hal::FileHandle handle) {
  OpenFile* open = find(handle);
  if (open == nullptr) return Status::unavailable;
  const Fault fault = meet(FlashCall::sync, open->name);
  if (fails(fault)) {
    open->file->fail_sync(random_);
    return Status::unavailable;
  }
  if (!supply_.lasts_for_a_change()) return Status::unavailable;
  for (FlashCounters* counters : {&all_counters_, open->counters}) ++counters->syncs;
  if (fault != Fault::forgotten) open->file->sync();
  return Status::ok;
}

Status Flash::sync_directory() {
  if (!supply_.is_on() || state_ == hal::MediumState::missing) return Status::unavailable;
  const Fault fault = meet(FlashCall::sync_directory, {});
  if (fails(fault)) return Status::unavailable;
  if (!supply_.lasts_for_a_change()) return Status::unavailable;
  ++all_counters_.syncs;
  if (fault != Fault::forgotten) directory_.sync();
  return Status::ok;
}

Result<std::uint64_t> Flash::size(hal::FileHandle handle) {
  const OpenFile* open = find(handle);
  if (open == nullptr) return Status::unavailable;
  return open->file->size();
}

Status Flash::rename(std::string_view from, std::string_view to) {
  if (!is_file_name(from) || !is_file_name(to)) return Status::invalid;
  HF_TRY(may_change());
  if (is_open(from) || is_open(to)) return Status::busy;
  const Fault fault = meet(FlashCall::rename, from);
  if (fails(fault)) return Status::unavailable;
  if (directory_.find(from) == nullptr) return Status::not_found;
  if (from == to) return Status::ok;
  const bool lasts = supply_.lasts_for_a_change();
  directory_.rename(from, to, next_change_++);
  return lasts ? Status::ok : Status::unavailable;
}

Status Flash::remove(std::string_view name) {
  if (!is_file_name(name)) return Status::invalid;
  HF_TRY(may_change());
  if (is_open(name)) return Status::busy;
  const Fault fault = meet(FlashCall::remove, name);
  if (fails(fault)) return Status::unavailable;
  if (directory_.find(name) == nullptr) return Status::ok;
  const bool lasts = supply_.lasts_for_a_change();
  directory_.remove(name, next_change_++);
  return lasts ? Status::ok : Status::unavailable;
}

Status Flash::name_at(std::uint32_t index, hal::FileName& name) {
  if (!supply_.is_on() || state_ == hal::MediumState::missing) return Status::unavailable;
  const auto& names = directory_.names();
  if (index >= names.size()) return Status::not_found;
  auto found = names.begin();
  std::advance(found, static_cast<std::ptrdiff_t>(index));
  name.assign(found->first);
  return Status::ok;
}

Result<hal::Space> Flash::space() {
  if (!supply_.is_on() || state_ == hal::MediumState::missing) return Status::unavailable;
  const std::uint64_t taken = pages_taken() * Pages::kPageBytes;
  return hal::Space{.bytes_free = model_.capacity_bytes - std::min(taken, model_.capacity_bytes),
                    .bytes_total = model_.capacity_bytes};
}

hal::Medium Flash::medium() const {
  hal::Medium medium;
  medium.state = state_;
  medium.file_system.assign(model_.file_system);
  medium.sector_bytes = model_.sector_bytes;
  medium.endurance_bytes = model_.endurance_bytes;
  return medium;
}

// What the calls above stand on.

Flash::OpenFile* Flash::find(hal::FileHandle handle) {
  if (!supply_.is_on() || state_ == hal::MediumState::missing) return nullptr;
  return opened(handle);
}

Flash::OpenFile* Flash::opened(hal::FileHandle handle) {
  OpenFile& open = open_files_[handle.slot % hal::kFilesOpenMax];
  const std::size_t place = handle.slot % hal::kFilesOpenMax;
  const bool is_current = handle_of(place, open.generation).slot == handle.slot;
  return open.file != nullptr && is_current ? &open : nullptr;
}

bool Flash::is_open(std::string_view name) const {
  return std::any_of(open_files_.begin(), open_files_.end(), [name](const OpenFile& open) {
    return open.file != nullptr && open.name == name;
  });
}

Status Flash::may_open(std::string_view name, hal::OpenMode mode) const {
  if (!is_file_name(name)) return Status::invalid;
  if (!supply_.is_on() || state_ == hal::MediumState::missing) return Status::unavailable;
  const bool will_read_only = mode == hal::OpenMode::read_only;
  if (!will_read_only && state_ == hal::MediumState::read_only) return Status::unavailable;
  for (const OpenFile& open : open_files_) {
    if (open.file == nullptr || open.name != name) continue;
    if (!will_read_only || !open.is_read_only) return Status::busy;
  }
  return Status::ok;
}

Status Flash::may_change() const {
  const bool can = supply_.is_on() && state_ == hal::MediumState::writable;
  return can ? Status::ok : Status::unavailable;
}

Status Flash::make_room(const StoredFile& file, std::uint64_t offset, std::uint64_t bytes) const {
  const std::uint64_t missing = file.pages_missing(offset, bytes);
  if (missing == 0) return Status::ok;
  const std::uint64_t capacity_pages = model_.capacity_bytes / Pages::kPageBytes;
  return pages_taken() + missing > capacity_pages ? Status::full : Status::ok;
}

std::uint64_t Flash::pages_taken() const {
  std::uint64_t count = 0;
  for (const auto& [name, file] : directory_.names()) count += file->pages_taken();
  return count;
}

Fault Flash::meet(FlashCall call, std::string_view name) {
  const FaultPlan::Hit hit = faults_.meet(call, name);
  clock_.pass(hit.delay);
  return hit.fault;
}

void Flash::write_in_part(StoredFile& file, std::uint64_t offset,
                          std::span<const std::byte> bytes) {
  const auto done = static_cast<std::size_t>(random_.below(bytes.size() + 1));
  if (done > 0) file.write(offset, bytes.first(done), next_change_++);
}

void Flash::write_back(StoredFile& file) const {
  if (file.unsynced_bytes() > model_.unsynced_bytes_max) file.sync();
}

}  // namespace hf::sim
