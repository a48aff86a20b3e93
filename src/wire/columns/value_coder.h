// Values as numbers, a chunk at a time, within a stream that may hold other columns.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/columns/lens.h"
#include "wire/columns/number_column.h"

namespace hf::wire {

class ValueEncoder {
 public:
  explicit ValueEncoder(const Lens& hinted) : hinted_(hinted) {}

  // Returns how many values were taken: fewer than given only when `out` is full.
  // `last`: nothing comes after this run.
  std::uint32_t append(SymbolWriter& out, std::span<const double> run, bool last);

  std::uint32_t count() const { return numbers_.count(); }
  const Lens& lens() const { return lens_; }  // of the last chunk

 private:
  std::uint32_t append_chunk(SymbolWriter& out, std::span<const double> run, bool last);
  std::uint64_t look(std::span<const double> run, std::span<std::int64_t> numbers);

  NumberColumnWriter numbers_{Meant::yes};
  Lens lens_;
  Lens hinted_;
  std::uint8_t patience_ = 0;  // chunks before another lens is looked for in vain again …
  std::uint8_t bearable_ = 0;  // … unless more than so many values are odd
};

class ValueDecoder {
 public:
  explicit ValueDecoder(std::uint32_t count) : numbers_(Meant::yes, count) {}

  // The next chunk into `values`, `count` of them; zero: at the end. REQUIRES: room for
  // kChunkNumbers. corrupt: as NumberColumnReader::next.
  Status next(SymbolReader& in, std::span<double> values, std::uint32_t& count);

 private:
  NumberColumnReader numbers_;
};

}  // namespace hf::wire
