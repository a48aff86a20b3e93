// Which rows of a frame a sensor has readings in, as few bytes as its habit allows.
//
// Most sensors are in every row, or in the same ones as their neighbour on the bus; slow ones are
// in every n-th; one that failed for a while is in a few runs; one that reports changes only is in
// a list. docs/formats/frames.md has the grammar.
#pragma once

#include <cstdint>
#include <span>

#include "wire/frames/frame_body.h"

namespace hf::wire {

enum class RowForm : std::uint8_t {
  all = 0,
  as_before = 1,  // as the sensor before it in the frame that was not in all rows
  stride = 2,     // first, step, count
  runs = 3,       // lengths of absence and presence by turns
  list = 4,       // a column of row numbers
};
inline constexpr std::size_t kRowFormCount = 5;

// The form that suits. REQUIRES for all: rows rise, and are below `row_count`.
RowForm form_of(std::span<const std::uint16_t> rows, std::uint32_t row_count,
                std::span<const std::uint16_t> before);

// REQUIRES: `form` is form_of() these rows. Writes nothing for `all` and `as_before`.
void put_rows(BodyWriter& out, RowForm form, std::span<const std::uint16_t> rows);

// Returns how many rows there are, rising and below `row_count`; 0 when `in` is corrupt, which it
// also is when there are none. REQUIRES: rows.size() >= row_count; `form` is not as_before.
std::uint32_t take_rows(BodyReader& in, RowForm form, std::uint32_t row_count,
                        std::span<std::uint16_t> rows);

}  // namespace hf::wire
