// The memory of SQLite and of an offline queue, as large as on the board.
#pragma once

#include <memory>

#include "config/limits/limits.h"
#include "files/database/engine.h"
#include "stores/offline_queue/offline_queue.h"

namespace hf::bench {

class QueueRoom {
 public:
  files::EngineMemory engine() { return {bytes(arena_), bytes(page_cache_)}; }

  stores::QueueMemory queue() {
    return {.fresh_bytes = bytes(fresh_),
            .fresh_frames = {fresh_frames_.get(), limits::kBoard.fresh_frames_max},
            .event_bytes = bytes(events_),
            .event_frames = {event_frames_.get(), limits::kBoard.waiting_events_max},
            .work = bytes(work_),
            .spare = bytes(spare_),
            .journal_scratch = bytes(journal_scratch_)};
  }
  std::span<std::byte> frame() { return bytes(frame_); }
  std::span<std::byte> out() { return bytes(out_); }

 private:
  struct Piece {
    explicit Piece(std::size_t size) : size_bytes(size), words(new std::uint64_t[(size + 7) / 8]) {}
    std::size_t size_bytes;
    std::unique_ptr<std::uint64_t[]> words;  // aligned to 8
  };
  static std::span<std::byte> bytes(Piece& piece) {
    return {reinterpret_cast<std::byte*>(piece.words.get()), piece.size_bytes};
  }

  static constexpr const limits::BoardClass& kBoard = limits::kBoard;
  Piece arena_{kBoard.sqlite_arena_bytes};
  Piece page_cache_{kBoard.sqlite_page_cache_bytes};
  Piece fresh_{kBoard.fresh_bytes};
  Piece events_{kBoard.waiting_event_bytes};
  Piece work_{kBoard.frame_bytes_max};
  Piece spare_{kBoard.frame_bytes_max};
  Piece journal_scratch_{files::Journal::room_for(kBoard.frame_bytes_max)};
  Piece frame_{kBoard.frame_bytes_max};
  Piece out_{kBoard.frame_bytes_max};
  std::unique_ptr<stores::queue::FreshFrame[]> fresh_frames_ =
      std::make_unique<stores::queue::FreshFrame[]>(kBoard.fresh_frames_max);
  std::unique_ptr<stores::queue::FreshFrame[]> event_frames_ =
      std::make_unique<stores::queue::FreshFrame[]>(kBoard.waiting_events_max);
};

}  // namespace hf::bench
