#include "stores/offline_queue/coalescing.h"

#include <algorithm>

namespace hf::stores {
namespace {

constexpr Uptime kNever{INT64_MAX};

}  // namespace

void Coalescing::set(std::uint8_t collection, const CollectionSettings& settings) {
  HF_ASSERT(collection < kCollectionsMax);
  HF_ASSERT(settings.rows_per_commit > 0 && settings.rows_per_commit <= kRowsPerCommitMax);
  settings_[collection] = settings;
}

WaitingRow* Coalescing::find(std::uint8_t collection, std::string_view key) {
  const auto waiting = rows_.first(count_);
  const auto found = std::ranges::find_if(waiting, [&](const WaitingRow& row) {
    return row.collection == collection && row.key.view() == key;
  });
  return found == waiting.end() ? nullptr : &*found;
}

Status Coalescing::put(std::uint8_t collection, std::string_view key,
                       std::span<const std::byte> frame, Uptime now) {
  HF_ASSERT(collection < kCollectionsMax);
  const CollectionSettings& settings = settings_[collection];
  if (!settings.goes_upstream) return Status::refused;
  if (key.size() > StateKey::capacity() || frame.size() > kStateFrameBytesMax) {
    return Status::invalid;
  }
  WaitingRow* row = find(collection, key);
  if (row == nullptr) {
    if (count_ == rows_.size()) HF_TRY(keep_due(kNever, now));
    row = &rows_[count_++];
    row->collection = collection;
    row->key.assign(key);
    row->due = now + settings.debounce;
  } else {
    ++replaced_;
  }
  std::ranges::copy(frame, row->frame.begin());
  row->bytes = static_cast<std::uint16_t>(frame.size());
  return settings.debounce.ms > 0 ? Status::ok : keep_due(now, now);
}

// One commit for as many as are due by `until`, the one that waits longest first.
Status Coalescing::keep_due(Uptime until, Uptime now) {
  std::array<std::span<const std::byte>, kRowsPerCommitMax> frames;
  std::array<bool, kRowsPerCommitMax> is_taken{};
  std::uint32_t frame_count = 0;
  std::uint32_t looked_at = 0;
  std::uint32_t most = kRowsPerCommitMax;
  for (; looked_at < std::min<std::uint32_t>(count_, kRowsPerCommitMax); ++looked_at) {
    const WaitingRow& row = rows_[looked_at];
    if (frame_count >= most) break;
    if (row.due > until) continue;
    most = std::min(most, settings_[row.collection].rows_per_commit);
    is_taken[looked_at] = true;
    frames[frame_count++] = std::span{row.frame}.first(row.bytes);
  }
  const Status kept = queue_.keep_events(std::span{frames}.first(frame_count), now);
  // Kept in memory is kept: the queue brings it to flash once the medium is back.
  std::uint32_t left = 0;
  for (std::uint32_t index = 0; index < count_; ++index) {
    if (index < looked_at && is_taken[index]) continue;
    if (left != index) rows_[left] = rows_[index];
    ++left;
  }
  count_ = left;
  return kept;
}

Uptime Coalescing::serve(Uptime now) {
  const auto next_due = [&] {
    const auto waiting = rows_.first(count_);
    const auto first = std::ranges::min_element(waiting, {}, &WaitingRow::due);
    return first == waiting.end() ? kNever : first->due;
  };
  for (std::uint32_t before = UINT32_MAX; next_due() <= now && count_ < before;) {
    before = count_;
    static_cast<void>(keep_due(now, now));
  }
  return next_due();
}

Status Coalescing::flush(Uptime now) {
  Status worst = Status::ok;
  while (count_ > 0) {
    const Status kept = keep_due(kNever, now);
    if (!is_ok(kept)) worst = kept;
  }
  return worst;
}

}  // namespace hf::stores
