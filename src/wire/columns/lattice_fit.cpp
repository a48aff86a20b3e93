#include "wire/columns/lattice_fit.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace hf::wire {
namespace {

constexpr double kFinest = 0x1.0p-28;  // of the largest value: a finer step drowns in rounding
constexpr double kNoise = 0x1.0p-36;   // of the largest value: a remainder below is none
constexpr double kPlacesMax = 0x1.0p20;

double magnitude(double x) { return x < 0 ? -x : x; }

double whole_part(double x) { return static_cast<double>(static_cast<std::int64_t>(x)); }

// Euclid's algorithm, for numbers that are not quite multiples.
double common_measure(double a, double b, double noise) {
  while (b > noise) {
    const double rest = a - whole_part(a / b) * b;
    a = b;
    b = b - rest < noise ? 0 : rest;
  }
  return a;
}

struct Extent {
  double largest = 0;   // value
  double farthest = 0;  // from the first one
};

Extent extent_of(std::span<const double> values) {
  Extent extent;
  for (const double value : values) {
    extent.largest = std::max(extent.largest, magnitude(value));
    if (const double away = value - values[0]; magnitude(away) > magnitude(extent.farthest)) {
      extent.farthest = away;
    }
  }
  return extent;
}

}  // namespace

bool fit_lattice(std::span<const double> values, Lens& into) {
  const Extent extent = extent_of(values);
  if (!(extent.largest < std::numeric_limits<double>::max() / 4)) return false;  // or is NaN
  const double noise = extent.largest * kNoise;
  double step = magnitude(extent.farthest);
  for (const double value : values) {
    const double away = magnitude(value - values[0]);
    if (!(away > noise)) continue;
    step = common_measure(std::max(step, away), std::min(step, away), noise);
    if (!(step > extent.largest * kFinest)) return false;
  }
  if (!(step > 0)) return false;
  const double places = whole_part(magnitude(extent.farthest) / step + 0.5);
  if (!(places >= 1 && places < kPlacesMax)) return false;
  step = magnitude(extent.farthest) / places;
  for (unsigned bits = 0; bits <= Lens::kLatticeBitsMax; ++bits) {
    into = Lens::lattice_of(step, values[0], bits);
    std::array<std::int64_t, kChunkNumbers> numbers;
    const std::uint64_t odd = into.look(values, std::span{numbers}.first(values.size()));
    if (static_cast<std::size_t>(std::popcount(odd)) * 16 <= values.size()) return true;
  }
  return false;
}

}  // namespace hf::wire
