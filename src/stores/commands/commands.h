// Which commands from upstream were begun, so that none is done twice: a hub that is killed sends
// again what it does not know to have arrived, to a gateway that may have started anew meanwhile.
//
//   CM1  What begin() answered ok for is known after any power cut, until kCommandsKept others have
//        been begun; those whose last moment has passed go first, because they are refused anyhow.
//   CM2  A command that was begun before this start is told apart: it may have been done, or been
//        cut off before it was.
//
// Noted before the effect and not after it: at a cut in between a command is not done at all, and
// who sent it is told to look. Doing it twice could not be taken back.
//
// Without a shelf that can be written a command is remembered until the process ends, and done: a
// gateway with a dead card must still obey.
//
// Cost: begin() is a commit of one item of at most 2 KiB. Never allocates. Owned by the service
// loop.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "state/shelf.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/identifiers.h"
#include "vocabulary/time.h"

namespace hf::stores {

inline constexpr std::size_t kCommandsKept = 32;

class Commands {
 public:
  // REQUIRES: it outlives this.
  explicit Commands(state::Shelf& shelf) : shelf_(shelf) {}

  enum class Known : std::uint8_t { no, yes, from_before };  // CM2
  // What was begun before this start is read as soon as there is a shelf.
  Known find(std::string_view id);

  // ok: durable.  Else, as the shelf: remembered until the process ends.
  // REQUIRES: an identifier that find() does not know. `expires`: the largest moment, if it has
  // none.
  Status begin(std::string_view id, UtcTime expires, const UtcReading& now);

 private:
  struct Entry {
    FixedString<kIdentifierCharactersMax> id;
    UtcTime expires{};
    std::uint32_t order = 0;  // of beginning; 0: a free place
    bool is_from_before = false;
  };
  void read();
  void take_up(std::span<const std::byte> bytes);
  Entry& place_for_one_more(const UtcReading& now);
  Status save();

  state::Shelf& shelf_;
  std::array<Entry, kCommandsKept> entries_;
  std::uint32_t last_order_ = 0;
  bool is_read_ = false;
};

}  // namespace hf::stores
