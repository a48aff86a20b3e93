// A note: a few bytes in a file of their own that survive any power cut.
//
// For what is worth remembering over a restart and too small for a table: what was announced, what
// a data plan has used, how often connecting failed. Two places are written in turns, so there is
// always one that no write is touching.
//
//   NO1 load() gives what the last save() that answered ok was given, or what a later one was given
//       that a cut or a fault came to; never a mixture, never anything older.
//   NO2 What is damaged is not given: then the one before it is, or nothing.
//
// Cost: a save is one write and one sync. Never allocates. Owned by the service loop.
// docs/formats/note.md has the bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "hal/flash.h"
#include "vocabulary/outcome.h"

namespace hf::files {

inline constexpr std::size_t kNoteBytesMax = 240;

class Note {
 public:
  // REQUIRES: `flash` outlives this; `name` is a literal.
  Note(hal::Flash& flash, std::string_view name) : flash_(flash), name_(name) {}

  // The size of the note, now in `bytes`.  not_found: there is none, or none that is sound.
  // full: larger than `bytes`.  unavailable, busy: as hal::Flash says.
  Result<std::uint32_t> load(std::span<std::byte> bytes);

  // ok: durable.  unavailable, full, busy: as hal::Flash says; the one before is still there.
  // REQUIRES: at most kNoteBytesMax.
  Status save(std::span<const std::byte> bytes);

 private:
  struct Place {
    std::uint64_t generation = 0;  // 0: nothing sound
    std::uint32_t size = 0;
  };

  Result<Place> look(hal::FileHandle file, std::size_t index, std::span<std::byte> bytes);
  Status put(hal::FileHandle file, std::span<const std::byte> bytes);

  hal::Flash& flash_;
  std::string_view name_;
};

}  // namespace hf::files
