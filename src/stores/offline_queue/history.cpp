#include "stores/offline_queue/history.h"

#include "stores/offline_queue/offline_queue.h"

namespace hf::stores {

using queue::FiledFrame;

Status OfflineQueue::read_history(HistoryCursor& cursor, Uptime now, std::span<std::byte> out,
                                  HistoryFrame& frame) {
  if (!state_.file.is_open()) return Status::unavailable;
  FiledFrame filed;
  const Status found = state_.file.find_before(cursor.before, filed);
  if (found == Status::corrupt) {  // the file, not a frame: there is no next one
    fail(found, now);
    return Status::unavailable;
  }
  HF_TRY(found);
  // The ladder begins at the oldest: before the first envelope there are no readings any more.
  if (filed.kind != wire::FrameKind::readings) return Status::not_found;
  // It may have grown since, by merging, over what was read already.
  const auto unread = static_cast<std::uint64_t>(cursor.before.key - filed.place.key);
  cursor.before = filed.place;
  const Result<std::uint32_t> bytes = state_.file.read(filed.place, out);
  const bool is_lost = bytes.status() == Status::invalid || bytes.status() == Status::refused;
  if (is_lost) return Status::corrupt;
  HF_TRY(bytes);
  wire::OpenedFrame opened;
  const auto whole = out.first(bytes.value());
  if (!is_ok(wire::open_frame(whole, opened)) ||
      opened.header.position != position_of(filed.place) || opened.header.row_count == 0) {
    return Status::corrupt;
  }
  frame = {
      .bytes = whole,
      .rows = static_cast<std::uint32_t>(std::min<std::uint64_t>(unread, opened.header.row_count)),
      .kept = Uptime{filed.kept_ms - state_.running_base_ms}};
  return Status::ok;
}

}  // namespace hf::stores
