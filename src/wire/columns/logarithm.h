// The binary logarithm, for tables that the compiler works out: with + - * / on doubles alone,
// which every compiler rounds the same way.
#pragma once

namespace hf::wire {

// REQUIRES: x > 0.
constexpr double log2_of(double x) {
  constexpr double kLn2 = 0.69314718055994530942;
  double whole = 0;
  while (x >= 2) {
    x /= 2;
    whole += 1;
  }
  while (x < 1) {
    x *= 2;
    whole -= 1;
  }
  const double z = (x - 1) / (x + 1);  // ln x = 2 (z + z^3/3 + z^5/5 …)
  double sum = 0;
  double term = z;
  for (int i = 1; i < 60; i += 2) {
    sum += term / i;
    term *= z * z;
  }
  return whole + 2 * sum / kLn2;
}

}  // namespace hf::wire
