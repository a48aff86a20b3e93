// What a cut of the power has left in a board's folder, opened and read as the board would.
//
// The queue is opened for good: it recovers, and gives out everything it has to somebody who
// believes each frame at once. So the folder is another one afterwards: use a copy.
//
// For tests: allocates, one thread, one at a time (the memory is a gateway's, and static).
#pragma once

#include <cstdint>
#include <string>

#include "tests/crashes/found_readings.h"

namespace hf::test {

struct LeftBehind {
  explicit LeftBehind(std::uint16_t sensors) : readings(sensors) {}

  // In words why not; empty: all of it was read.
  std::string read(const std::string& folder);

  FoundReadings readings;
  std::uint64_t frames = 0;
  std::uint64_t rows_twice = 0;      // a position that was offered again
  std::uint64_t frames_corrupt = 0;  // offered, and no frame
  std::uint64_t events = 0;          // alerts, state and what else is no reading
  std::uint64_t gaps = 0;            // gap records: something was declared lost
  std::uint64_t files_aside = 0;     // the queue's or the state's file was not usable
  bool is_on_flash = false;
  std::string note;  // what the document written while the board was watched says; empty: nothing

 private:
  struct Parts;

  bool drain(Parts& parts);
  std::string read_note(Parts& parts);
};

// The document that tells how far edits came.
inline constexpr const char* kNoteCollection = "equipment";
inline constexpr const char* kNoteKey = "crash-watch";
inline constexpr const char* kNoteField = "name";

}  // namespace hf::test
