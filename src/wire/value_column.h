// A column of values of one sensor: doubles in, few bytes, the same doubles out, to the bit.
//
// Serves three masters with one grammar (docs/formats/columns.md): the blocks of the telemetry store,
// filled in place a chunk at a time; the frames on flash and on the wire, written in one go; the hub,
// which reads both. Each column stands alone.
//
// Values are looked at through a lens (lens.h) that makes whole numbers of them; the numbers are
// coded by what is forecast of them (number_model.h). Decision record 0010 says what was tried.
//
// Cost: about 200 instructions a value to write, 70 to read; a writer is 340 bytes. No allocation.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/lens.h"
#include "wire/number_column.h"

namespace hf::wire {

class ValueWriter {
 public:
  // Fills all of `out`, which must stay where it is. Best told in runs of kChunkNumbers.
  explicit ValueWriter(std::span<std::byte> out, const ValueHints& hints = {});

  // Returns how many values were taken, from the front: fewer than given only when `out` is full.
  // From then on, and after every append, `out` as a whole can be read with count().
  std::uint32_t append(std::span<const double> run, bool last = false);

  std::uint32_t count() const { return numbers_.count(); }

  // Moves everything to the front of `out`; it can be read as pack() bytes. Last call.
  std::uint32_t pack() { return out_.pack(); }

  // What the next block of the same sensor had better be told.
  const Lens& lens() const { return lens_; }
  void presume(const Lens& lens) { hinted_ = lens; }  // REQUIRES: nothing appended yet

 private:
  std::uint32_t append_chunk(std::span<const double> run, bool last);

  SymbolWriter out_;
  NumberColumnWriter numbers_;
  Lens lens_;
  Lens hinted_;
};

class ValueReader {
 public:
  // `count`: the writer's, for these bytes.
  ValueReader(std::span<const std::byte> bytes, std::uint32_t count) : in_(bytes), numbers_(count) {}

  // Reads the next values, at most out.size(). Fewer: at the end, or status() is not ok.
  std::uint32_t read(std::span<double> out);
  std::uint32_t skip(std::uint32_t count);

  // corrupt: no writer wrote these bytes and count. What was read before it is not to be trusted.
  Status status() const { return status_; }

 private:
  std::uint32_t next_chunk(std::span<double> into);

  SymbolReader in_;
  NumberColumnReader numbers_;
  Status status_ = Status::ok;
  std::uint32_t held_from_ = 0;
  std::uint32_t held_to_ = 0;
  double held_[kChunkNumbers];  // a chunk of which only a part was wanted
};

// All of `values` at once into the front of `out`. Returns the bytes; full: they do not fit.
Result<std::uint32_t> encode_values(std::span<const double> values, const ValueHints& hints,
                                    std::span<std::byte> out);

}  // namespace hf::wire
