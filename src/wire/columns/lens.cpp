#include "wire/columns/lens.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace hf::wire {
namespace {

constexpr std::array<double, 19> kPowersOfTen = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,
                                                 1e7,  1e8,  1e9,  1e10, 1e11, 1e12, 1e13,
                                                 1e14, 1e15, 1e16, 1e17, 1e18};

// Codes of Meaning: one run per kind, and how many places its lenses have.
struct Run {
  Lens::Kind kind;
  std::uint8_t code;
  std::uint8_t count;
  std::uint8_t places;  // of the first
  std::uint8_t stride;
};
constexpr std::array<Run, 7> kRuns = {{
    {Lens::Kind::bits, 0, 1, 0, 1},
    {Lens::Kind::quotient, 1, 19, 0, 1},
    {Lens::Kind::product, 20, 12, 1, 1},
    {Lens::Kind::single, 32, 9, 0, 1},
    {Lens::Kind::binary, 41, 21, 1, 3},  // the common step takes out what is too much
    {Lens::Kind::affine, Meaning::kWordyCode, 1, 0, 1},
    {Lens::Kind::lattice, Meaning::kWordyCode + 1, 1, 0, 1},
}};

constexpr const Run& run_of(Lens::Kind kind) { return kRuns[static_cast<std::size_t>(kind)]; }

// Adding this to a double below 2^51 rounds it to a whole number and leaves that in the low bits:
// conversions that need no library on any processor.
constexpr double kRounder = 0x1.8p52;
constexpr std::int64_t kRounderBits = 0x4338000000000000;
constexpr double kNumberMax = 0x1.0p51;
constexpr double kPlaceMax = 0x1.0p40;  // of a lattice
static_assert(std::bit_cast<std::int64_t>(kRounder) == kRounderBits);
static_assert(std::numeric_limits<double>::is_iec559);

std::int64_t bits_of(double value) { return std::bit_cast<std::int64_t>(value); }

// The order of the bits taken as a number is the order of the values, also below zero.
std::int64_t in_order(std::int64_t bits) { return bits ^ ((bits >> 63) & INT64_MAX); }

double to_double(std::int64_t number) {
  const std::uint64_t bits = static_cast<std::uint64_t>(number) + kRounderBits;
  return std::bit_cast<double>(bits) - kRounder;
}

// `ahead` turns a value into about its number, `back` a number into exactly its value.
template <typename Ahead, typename Back>
std::uint64_t look_through(std::span<const double> values, std::span<std::int64_t> numbers,
                           Ahead ahead, Back back) {
  std::uint64_t odd = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double near = ahead(values[i]);
    const double rounded = (near + kRounder) - kRounder;
    const bool fits = near > -kNumberMax && near < kNumberMax &&  // false for NaN
                      bits_of(back(rounded)) == bits_of(values[i]);
    numbers[i] = fits ? bits_of(near + kRounder) - kRounderBits : bits_of(values[i]);
    odd |= std::uint64_t{!fits} << i;
  }
  return odd;
}

template <typename Back>
void look_back(std::span<const std::int64_t> numbers, std::span<double> values, Back back) {
  for (std::size_t i = 0; i < numbers.size(); ++i) values[i] = back(to_double(numbers[i]));
}

double as_single(double value) { return static_cast<double>(static_cast<float>(value)); }

}  // namespace

Lens Lens::of(Kind kind, unsigned places) {
  Lens lens;
  lens.kind_ = kind;
  lens.places_ = static_cast<std::uint8_t>(places);
  switch (kind) {
    case Kind::quotient:
    case Kind::single: lens.scale_ = kPowersOfTen[places]; break;
    case Kind::product: lens.scale_ = 1.0 / kPowersOfTen[places]; break;
    case Kind::binary:
      lens.scale_ = std::bit_cast<double>(std::uint64_t{1023 - places} << 52);
      break;
    default: break;
  }
  return lens;
}

Lens Lens::register_of(double scale, double offset) {
  Lens lens;
  lens.kind_ = Kind::affine;
  lens.scale_ = scale;
  lens.offset_ = offset;
  return lens;
}

Lens Lens::lattice_of(double scale, double offset, unsigned bits) {
  Lens lens = register_of(scale, offset);
  lens.kind_ = Kind::lattice;
  lens.places_ = static_cast<std::uint8_t>(bits);
  return lens;
}

Meaning Lens::meaning() const {
  const Run& run = run_of(kind_);
  Meaning meaning;
  if (run.code < Meaning::kWordyCode) {
    meaning.code = static_cast<std::uint8_t>(run.code + (places_ - run.places) / run.stride);
  } else {
    meaning.code = run.code;
    meaning.detail = places_;
    meaning.first_word = std::bit_cast<std::uint64_t>(scale_);
    meaning.second_word = std::bit_cast<std::uint64_t>(offset_);
  }
  return meaning;
}

Status Lens::of(const Meaning& meaning, Lens& into) {
  for (const Run& run : kRuns) {
    if (meaning.code < run.code || meaning.code >= run.code + run.count) continue;
    if (run.code >= Meaning::kWordyCode) {
      if (meaning.detail > (run.kind == Kind::affine ? 0 : kLatticeBitsMax)) return Status::invalid;
      into = lattice_of(std::bit_cast<double>(meaning.first_word),
                        std::bit_cast<double>(meaning.second_word), meaning.detail);
      into.kind_ = run.kind;
    } else {
      into = of(run.kind, run.places + (meaning.code - run.code) * unsigned{run.stride});
    }
    return Status::ok;
  }
  return Status::invalid;
}

std::uint64_t Lens::look(std::span<const double> values, std::span<std::int64_t> numbers) const {
  const double scale = scale_;
  const double offset = offset_;
  const double inverse = 1.0 / scale;
  switch (kind_) {
    case Kind::quotient:
      return look_through(
          values, numbers, [=](double v) { return v * scale; },
          [=](double n) { return n / scale; });
    case Kind::single:
      return look_through(
          values, numbers, [=](double v) { return v * scale; },
          [=](double n) { return as_single(n / scale); });
    case Kind::product:
    case Kind::binary:
      return look_through(
          values, numbers, [=](double v) { return v * inverse; },
          [=](double n) { return n * scale; });
    case Kind::affine:
      return look_through(
          values, numbers, [=](double v) { return (v - offset) * inverse; },
          [=](double n) { return n * scale + offset; });
    case Kind::lattice: return look_at_lattice(values, numbers);
    case Kind::bits: break;
  }
  for (std::size_t i = 0; i < values.size(); ++i) numbers[i] = in_order(bits_of(values[i]));
  return 0;
}

bool Lens::is_tight_for(std::span<const double> values) const {
  const Run& run = run_of(kind_);
  if (kind_ == Kind::bits || run.code >= Meaning::kWordyCode) return false;
  std::array<std::int64_t, kChunkNumbers> room;
  const std::span<std::int64_t> numbers = std::span{room}.first(values.size());
  if (look(values, numbers) != 0) return false;
  constexpr std::int64_t kBase = 10;
  const std::int64_t place = kind_ == Kind::binary ? std::int64_t{1} << run.stride : kBase;
  return places_ == run.places ||
         std::ranges::any_of(numbers, [place](std::int64_t number) { return number % place != 0; });
}

void Lens::restore(std::span<const std::int64_t> numbers, std::uint64_t odd,
                   std::span<double> values) const {
  const double scale = scale_;
  const double offset = offset_;
  switch (kind_) {
    case Kind::quotient: look_back(numbers, values, [=](double n) { return n / scale; }); break;
    case Kind::single:
      look_back(numbers, values, [=](double n) { return as_single(n / scale); });
      break;
    case Kind::product:
    case Kind::binary: look_back(numbers, values, [=](double n) { return n * scale; }); break;
    case Kind::affine:
      look_back(numbers, values, [=](double n) { return n * scale + offset; });
      break;
    case Kind::lattice: restore_lattice(numbers, values); break;
    case Kind::bits:
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        values[i] = std::bit_cast<double>(in_order(numbers[i]));
      }
      break;
  }
  for (; odd != 0; odd &= odd - 1) {
    const auto at = static_cast<std::size_t>(std::countr_zero(odd));
    values[at] = std::bit_cast<double>(numbers[at]);
  }
}

std::uint64_t Lens::look_at_lattice(std::span<const double> values,
                                    std::span<std::int64_t> numbers) const {
  const std::int64_t half = std::int64_t{1} << places_ >> 1;
  std::uint64_t odd = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double near = (values[i] - offset_) / scale_;
    const double rounded = (near + kRounder) - kRounder;
    const std::uint64_t beside =
        static_cast<std::uint64_t>(in_order(bits_of(values[i]))) -
        static_cast<std::uint64_t>(in_order(bits_of(rounded * scale_ + offset_))) +
        static_cast<std::uint64_t>(half);
    const bool fits = near > -kPlaceMax && near < kPlaceMax && beside >> places_ == 0;
    const std::int64_t place = bits_of(near + kRounder) - kRounderBits;
    numbers[i] =
        fits ? static_cast<std::int64_t>(static_cast<std::uint64_t>(place) << places_ | beside)
             : bits_of(values[i]);
    odd |= std::uint64_t{!fits} << i;
  }
  return odd;
}

void Lens::restore_lattice(std::span<const std::int64_t> numbers, std::span<double> values) const {
  const std::int64_t half = std::int64_t{1} << places_ >> 1;
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    const double place = to_double(numbers[i] >> places_);
    const auto beside =
        static_cast<std::uint64_t>(numbers[i]) & ((std::uint64_t{1} << places_) - 1);
    const std::uint64_t ordered =
        static_cast<std::uint64_t>(in_order(bits_of(place * scale_ + offset_))) + beside -
        static_cast<std::uint64_t>(half);
    values[i] = std::bit_cast<double>(in_order(static_cast<std::int64_t>(ordered)));
  }
}

bool Lens::find(Kind kind, double value, Lens& into) {
  const Run& run = run_of(kind);
  for (unsigned i = 0; i < run.count; ++i) {
    const Lens lens = of(kind, run.places + i * run.stride);
    std::int64_t number = 0;
    if (lens.look({&value, 1}, {&number, 1}) == 0) {
      into = lens;
      return true;
    }
  }
  return false;
}

Lens lens_of(const ValueHints& hints) {
  constexpr std::int8_t kDecimalsMax = 15;  // more digits than a double has
  const bool finite = hints.scale - hints.scale == 0 && hints.offset - hints.offset == 0;
  if (hints.scale != 0 && finite) return Lens::register_of(hints.scale, hints.offset);
  if (hints.decimals < 0 || hints.decimals > kDecimalsMax) return {};
  return Lens::of(Lens::Kind::quotient, static_cast<unsigned>(hints.decimals));
}

}  // namespace hf::wire
