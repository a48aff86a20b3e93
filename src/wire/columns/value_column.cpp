#include "wire/columns/value_column.h"

namespace hf::wire {

Result<std::uint32_t> encode_values(std::span<const double> values, const ValueHints& hints,
                                    std::span<std::byte> out) {
  SymbolWriter stream{out};
  ValueEncoder encoder{lens_of(hints)};
  if (encoder.append(stream, values, true) < values.size()) return Status::full;
  return stream.pack();
}

}  // namespace hf::wire
