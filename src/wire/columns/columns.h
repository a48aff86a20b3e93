// Several columns one after another in the same bytes: the body of a frame.
//
// They share one stream (symbol_writer.h), so a column costs no length and no fraction of a byte of
// its own: for sixty readings that is 0.02 bytes each. Read them in the order they were written,
// as what they are and with as many items; the bytes do not say.
//
// No allocation. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "vocabulary/reading.h"
#include "vocabulary/time.h"
#include "wire/columns/lens.h"
#include "wire/columns/symbol_reader.h"
#include "wire/columns/symbol_writer.h"

namespace hf::wire {

class ColumnsWriter {
 public:
  explicit ColumnsWriter(std::span<std::byte> out) : out_(out) {}

  // ok: written.  full: it does not fit; nothing of it was written, and a shorter one may fit.
  Status add_values(std::span<const double> values, const ValueHints& hints = {});
  Status add_times(std::span<const Uptime> times);
  Status add_qualities(std::span<const Quality> qualities);

  // Moves everything to the front of `out`. Returns how many bytes it is. Last call.
  std::uint32_t pack() { return out_.pack(); }

 private:
  SymbolWriter out_;
};

class ColumnsReader {
 public:
  explicit ColumnsReader(std::span<const std::byte> bytes) : in_(bytes) {}

  // ok: all of the span was filled.  corrupt: no writer wrote this; what follows cannot be read.
  Status read_values(std::span<double> values);
  Status read_times(std::span<Uptime> times);
  Status read_qualities(std::span<Quality> qualities);

 private:
  SymbolReader in_;
};

}  // namespace hf::wire
