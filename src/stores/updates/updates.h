// The system that somebody wants this board to run next: an address, handed to the board's
// installer (config/image), and what the installer had to say.
//
// Both are small files beside ours. The installer is root and we are not, so we can only ask; and a
// wish has to outlive whatever cuts it short: the installer takes it up again after every start,
// until the system is installed or refused. A board is known to have an installer by its report.
//
//   UP1 A wish is durable when want() answers ok. A power cut leaves it whole or leaves none, and
//       never one that nobody asked for.
//   UP2 What the installer said is given as it said it, cut at kUpdateReportBytesMax.
//
// Cost: a wish is two syncs, a look is one small read. Never allocates. Owned by the service loop.
#pragma once

#include <cstddef>
#include <string_view>

#include "hal/flash.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/outcome.h"

namespace hf::stores {

inline constexpr std::size_t kUpdateAddressBytesMax = 200;  // leaves room in a command
inline constexpr std::size_t kUpdateReportBytesMax = 160;   // a sentence

// Their names beside our own files; the installer knows them too.
inline constexpr std::string_view kUpdateRequestFile = "update.request";
inline constexpr std::string_view kUpdateReportFile = "update.report";

// Something the installer fetches: http:// or https://, then no blank, quote or control character.
bool is_update_address(std::string_view address);

class Updates {
 public:
  // REQUIRES: it outlives this.
  explicit Updates(hal::Flash& flash) : flash_(flash) {}

  // Replaces what was wanted before and was not taken up yet.
  // ok: durable.  invalid: is_update_address() is false.  unsupported: no installer here.
  // unavailable, full, busy: as hal::Flash says; what was wanted before may or may not be.
  Status want(std::string_view address);

  // The last sentence of the installer; empty: there is none. Reads the file anew.
  std::string_view report();

 private:
  Status write(std::string_view address);

  hal::Flash& flash_;
  FixedString<kUpdateReportBytesMax> report_;
};

}  // namespace hf::stores
