// How a double is seen as a whole number, so that the same bits come back.
//
// Most sensors' values are decimals: 21.37 is 2137 hundredths. Which lens fits is found out by
// trying; every number is turned back and compared bit by bit before it is believed. What no lens
// shows (NaN, the infinities, -0, a stray reading with more digits) is odd and kept as 64 bits. For
// values that are no decimals at all there is a lens that shows the bits themselves, in order of
// size, through which nothing is odd.
//
// Identical on every processor: only single correctly rounded operations of IEEE 754 doubles, never
// a fused one (lens.cpp is compiled so), and no conversion that a library could do otherwise.
#pragma once

#include <cstdint>
#include <span>

#include "wire/columns/number_column.h"

namespace hf::wire {

// What the sensor's settings, or an earlier block, know about its values. A wrong hint costs bytes.
struct ValueHints {
  std::int8_t decimals = -1;  // digits after the point; -1: not known
  double scale = 0;           // a register's: value = register * scale + offset; 0: not known
  double offset = 0;
};

class Lens {
 public:
  enum class Kind : std::uint8_t {
    bits,      // the pattern of bits, made monotonous
    quotient,  // number / 10^places
    product,   // number * 10^-places, as software multiplies that stores tenths as 0.1
    single,    // number / 10^places, rounded to 32 bits and back, as in a float32 register
    binary,    // number * 2^-places
    affine,    // number * scale + offset
    lattice,   // the same, and some units in the last place beside it
  };

  Lens() = default;  // bits
  static Lens of(Kind kind, unsigned places);
  static Lens register_of(double scale, double offset);
  // The low `bits` bits of a number tell how many units in the last place off the value is: for
  // registers whose scaling rounds more than once, and for means of decimals.
  static Lens lattice_of(double scale, double offset, unsigned bits);
  static constexpr unsigned kLatticeBitsMax = 10;

  // The meaning a chunk carries, and back. invalid: no lens has this meaning.
  Meaning meaning() const;
  static Status of(const Meaning& meaning, Lens& into);

  // Fills `numbers`; a set bit in the result marks an odd one, which holds the value's bits.
  // REQUIRES: at most kChunkNumbers values, and as many numbers.
  std::uint64_t look(std::span<const double> values, std::span<std::int64_t> numbers) const;

  // Whether a column of these values, which was not seen yet, may as well be seen through this one
  // as through whatever a search would find: it shows all, and with a place less it would not.
  // Never of bits, nor of a lens that takes words to tell. REQUIRES: at most kChunkNumbers values.
  bool is_tight_for(std::span<const double> values) const;

  // The inverse, for numbers and `odd` of look(), or any others.
  void restore(std::span<const std::int64_t> numbers, std::uint64_t odd,
               std::span<double> values) const;

  // The lens of this kind with the fewest places that shows `value`. False if none does.
  static bool find(Kind kind, double value, Lens& into);

  friend bool operator==(const Lens&, const Lens&) = default;

 private:
  std::uint64_t look_at_lattice(std::span<const double> values,
                                std::span<std::int64_t> numbers) const;
  void restore_lattice(std::span<const std::int64_t> numbers, std::span<double> values) const;

  Kind kind_ = Kind::bits;
  std::uint8_t places_ = 0;  // of a lattice: its bits
  double scale_ = 0;         // 10^places, 10^-places, 2^-places or the register's
  double offset_ = 0;        // of a register or lattice
};

// The lens that the hints speak of; of bits if they say nothing usable.
Lens lens_of(const ValueHints& hints);

}  // namespace hf::wire
