// The least store that keeps the promises forwarding builds on: fresh frames in memory, a journal,
// and a list that stands for the queue file. For tests of forwarding with power cuts; the real one
// is stores/offline_queue.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "files/journal/journal.h"
#include "flows/forwarding/frame_keeping.h"
#include "wire/frames/readings_merge.h"

namespace hf::test {

using Bytes = std::vector<std::byte>;

// What survives: a commit is one change, so the test never cuts within it.
struct QueueFile {
  std::vector<Bytes> frames;
  std::uint64_t next_position = 0;
  files::Journal::Position journal_through = 0;
};

class StoreOnJournal final : public flows::forwarding::FrameKeeping {
 public:
  StoreOnJournal(QueueFile& file, hal::Flash& flash, Duration window)
      : file_(file), window_(window), journal_(flash, "journal", 64 * 4096, scratch_) {}

  // At boot: what the journal holds beyond the queue goes there first.
  Status open() {
    files::Journal::Found found;
    HF_TRY(journal_.open(file_.journal_through, found));
    lost_count = found.lost_count;
    files::Journal::Cursor cursor;
    files::Journal::Record record;
    while (is_ok(journal_.read(cursor, record))) {
      wire::ByteReader in(record.bytes);
      while (!in.at_end()) {
        const auto frame = in.take_bytes(in.take<std::uint32_t>());
        if (is_ok(in.status())) fresh_.push_back({{frame.begin(), frame.end()}, {}, true});
      }
    }
    next_position_ = file_.next_position;
    for (const Fresh& fresh : fresh_) next_position_ = end_of(fresh.frame);
    return batch({});
  }

  Status keep(std::span<std::byte> frame, Uptime) override {
    if (fresh_.size() == wire::ReadingsMerger::kSlicesMax) return Status::full;
    wire::OpenedFrame opened;
    HF_TRY(wire::open_frame(frame, opened));
    wire::set_position(frame, 1, next_position_);
    wire::seal_frame(frame);
    next_position_ += opened.header.row_count;
    fresh_.push_back({{frame.begin(), frame.end()}, opened.header.first, false});
    return Status::ok;
  }

  Status keep_event(std::span<std::byte>, Uptime) override {
    ++event_count;
    return Status::ok;
  }

  Uptime oldest_unsafe() const override {
    for (const Fresh& fresh : fresh_) {
      if (!fresh.is_safe && fresh.first > receipted_through) return fresh.first;
    }
    return flows::forwarding::kNever;
  }

  Status make_safe(Uptime) override {
    Bytes record;
    for (const Fresh& fresh : fresh_) {
      if (fresh.is_safe || fresh.first <= receipted_through) continue;
      const auto size = static_cast<std::uint32_t>(fresh.frame.size());
      const auto at = record.size();
      record.resize(at + sizeof size);
      store(std::span{record}.subspan(at), size);
      record.insert(record.end(), fresh.frame.begin(), fresh.frame.end());
    }
    if (record.empty()) return Status::ok;
    const auto appended = journal_.append(record);
    if (appended.status() == Status::full) return batch({});
    if (!appended.ok()) {
      files::Journal::Found found;
      HF_TRY(journal_.open(file_.journal_through, found));
      return Status::unavailable;
    }
    for (Fresh& fresh : fresh_) fresh.is_safe = true;
    return Status::ok;
  }

  Status batch(Uptime) override {
    std::vector<wire::FrameSlice> slices;
    for (const Fresh& fresh : fresh_) slices.push_back({.frame = fresh.frame});
    std::span<const wire::FrameSlice> left = slices;
    while (!left.empty()) {
      const std::uint32_t count = merger_->count_that_join(left);
      if (count == 0) return Status::corrupt;
      Bytes merged(1 << 18);
      const auto bytes = merger_->merge(left.first(count), merged);
      HF_TRY(bytes);
      merged.resize(bytes.value());
      file_.frames.push_back(merged);
      left = left.subspan(count);
    }
    file_.next_position = std::max(file_.next_position, next_position_);
    file_.journal_through = journal_.last();
    fresh_.clear();
    journal_.start_over();
    return Status::ok;
  }

  Uptime receipted_through{-1};
  std::uint64_t lost_count = 0;
  int event_count = 0;
  const files::Journal& journal() const { return journal_; }

 private:
  struct Fresh {
    Bytes frame;
    Uptime first;
    bool is_safe;
  };

  static std::uint64_t end_of(const Bytes& frame) {
    wire::OpenedFrame opened;
    HF_ASSERT(is_ok(wire::open_frame(frame, opened)));
    return opened.header.position + opened.header.row_count;
  }

  QueueFile& file_;
  Duration window_;
  std::array<std::byte, 16 * 4096> scratch_{};
  files::Journal journal_;
  std::unique_ptr<wire::ReadingsMerger> merger_ = std::make_unique<wire::ReadingsMerger>();
  std::vector<Fresh> fresh_;
  std::uint64_t next_position_ = 0;
};

}  // namespace hf::test
