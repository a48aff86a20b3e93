// A block of values of one sensor: doubles in, few bytes, the same doubles out, to the bit.
//
// columns.h is the form for frames; the grammar is the same (docs/formats/columns.md). Values are
// looked at through a lens (lens.h) that makes whole numbers of them; the numbers are coded by how
// far each is from what was forecast (number_model.h). Decision record 0010 says what was tried.
//
// Cost: about 420 instructions a value to write, 210 to read; a writer is 360 bytes. No allocation.
// Stack: 3 KiB at most. Not thread-safe.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/columns/block.h"
#include "wire/columns/lens.h"
#include "wire/columns/value_coder.h"

namespace hf::wire {

class ValueWriter : public BlockWriter<ValueEncoder, double> {
 public:
  // Fills all of `block`, which must stay where it is.
  explicit ValueWriter(std::span<std::byte> block, const ValueHints& hints = {})
      : ValueWriter(block, lens_of(hints)) {}

  // The same, presuming the lens that the sensor's block before ended with: saves looking for it.
  ValueWriter(std::span<std::byte> block, const Lens& presumed)
      : BlockWriter(block, ValueEncoder{presumed}) {}
  const Lens& lens() const { return encoder().lens(); }
};

using ValueReader = BlockReader<ValueDecoder, double>;

// All of `values` at once into the front of `out`. Returns the bytes; full: they do not fit.
Result<std::uint32_t> encode_values(std::span<const double> values, const ValueHints& hints,
                                    std::span<std::byte> out);

}  // namespace hf::wire
