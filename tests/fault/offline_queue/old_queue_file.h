// A queue file as an earlier version left it, for what migrates it.
#pragma once

#include "tests/fault/offline_queue/queue_script.h"

namespace hf::test {

// What version 1 left: two frames of a stream, safe, and nothing received.
inline void QueueWork::begin_with_version_1() {
  constexpr std::uint64_t kStream = 4711;
  constexpr std::uint32_t kRows = 20;
  files::Engine engine({queue_room().arena, queue_room().page_cache}, on.flash, ++on.boots);
  files::Database database(engine);
  const auto first_version = stores::queue::schema().first(1);
  const files::DatabaseSettings settings{.file = stores::queue::kFileName,
                                         .application_id = stores::queue::kApplicationId,
                                         .page_bytes = on.settings.page_bytes,
                                         .file_bytes_max = on.settings.file_bytes_max,
                                         .cache_pages = 10};
  HF_ASSERT(is_ok(engine.start()) && is_ok(database.open(settings, first_version)));
  files::Statement stream;
  HF_ASSERT(is_ok(stream.prepare(
      database, "INSERT INTO stream VALUES (4, ?1, ?2, 1000000, X'', 0, 1000000, X'')")));
  HF_ASSERT(is_ok(stream.bind(1, std::int64_t{kStream}).bind(2, 2 * kRows).run()));
  for (const std::uint32_t position : {0U, kRows}) {
    auto bytes = plain_frame(promises_.next_serial(), kRows, on.now, on.boot());
    wire::set_position(bytes, kStream, position);
    wire::seal_frame(bytes);
    const std::uint64_t first = promises_.next_serial();
    promises_.note_places(kStream, wire::Lane::readings, position + kRows, kRows);
    for (std::uint64_t serial = first; serial < first + kRows; ++serial) {
      promises_.promise_serial(serial);
    }
    files::Statement frame;
    HF_ASSERT(is_ok(frame.prepare(database, "INSERT INTO frame VALUES (?1, ?2, 1, 0, 0, ?3)")));
    HF_ASSERT(is_ok(frame.bind(1, stores::queue::place_of(wire::Lane::readings, 4, position).key)
                        .bind(2, kRows)
                        .bind(3, bytes)
                        .run()));
  }
}

}  // namespace hf::test
