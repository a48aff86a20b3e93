#include "platform/sim/medium/stored_file.h"

#include <algorithm>

#include "vocabulary/assertion.h"

namespace hf::sim {

std::uint32_t StoredFile::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  if (offset >= size_) return 0;
  const auto count =
      static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), size_ - offset));
  pages_.read(offset, bytes.first(count));
  return static_cast<std::uint32_t>(count);
}

void StoredFile::write(std::uint64_t offset, std::span<const std::byte> bytes, ChangeOrder order) {
  pages_.write(offset, bytes);
  size_ = std::max(size_, offset + bytes.size());
  changes_.push_back(Change{.order = order,
                            .offset = offset,
                            .bytes = static_cast<std::uint32_t>(bytes.size()),
                            .is_write = true,
                            .kept_at = unsynced_.size(),
                            .size_after = size_});
  unsynced_.insert(unsynced_.end(), bytes.begin(), bytes.end());
}

void StoredFile::resize(std::uint64_t bytes, ChangeOrder order) {
  if (bytes < size_) pages_.cut_off(bytes);
  size_ = bytes;
  changes_.push_back(Change{.order = order,
                            .offset = 0,
                            .bytes = 0,
                            .is_write = false,
                            .kept_at = unsynced_.size(),
                            .size_after = size_});
}

void StoredFile::forget_last_write() {
  HF_ASSERT(has_changes() && changes_.back().is_write);
  const Change& last = changes_.back();
  pages_.forget(last.offset, last.bytes);
  unsynced_.resize(static_cast<std::size_t>(last.kept_at));
  changes_.pop_back();
}

void StoredFile::sync() {
  pages_.settle();
  durable_size_ = size_;
  changes_.clear();
  unsynced_.clear();
}

void StoredFile::fail_sync(Random& random) {
  pages_.lose_some(random);
  changes_.clear();
  unsynced_.clear();
}

void StoredFile::lose_power(Survival& survival, const MediumModel& model,
                            ChangeOrder settled_before) {
  pages_.revert();
  const auto order_of = [this](std::size_t i) { return changes_[i].order; };
  std::size_t sizes = survival.sizes(changes_.size(), order_of);
  while (sizes < changes_.size() && order_of(sizes) < settled_before) ++sizes;
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const Change& change = changes_[i];
    if (!change.is_write) {
      if (i < sizes) pages_.cut_off(change.size_after);
    } else if (change.order < settled_before) {
      pages_.write(change.offset, bytes_of(change));
    } else {
      replay(change, survival, model.sector_bytes);
    }
  }
  size_ = sizes == 0 ? durable_size_ : changes_[sizes - 1].size_after;
  pages_.cut_off(size_);
  sync();
}

void StoredFile::replay(const Change& write, Survival& survival, std::uint32_t sector_bytes) {
  const auto written = bytes_of(write);
  std::size_t done = 0;
  while (done < written.size()) {
    const std::uint64_t offset = write.offset + done;
    const auto bytes = static_cast<std::uint32_t>(
        std::min<std::uint64_t>(sector_bytes - offset % sector_bytes, written.size() - done));
    const std::uint32_t kept = survival.bytes_of_sector(write.order, bytes);
    pages_.write(offset, written.subspan(done, kept));
    done += bytes;
  }
}

std::span<const std::byte> StoredFile::bytes_of(const Change& write) const {
  return std::span{unsynced_}.subspan(static_cast<std::size_t>(write.kept_at), write.bytes);
}

}  // namespace hf::sim
