// A reading: one value of one sensor at one moment, and how far it can be trusted.
#pragma once

#include <cstdint>
#include <string_view>

#include "vocabulary/identifiers.h"
#include "vocabulary/time.h"

namespace hf {

// Why a value is less than good. One word per reading: the first that applies, in this order,
// because a person acts on the most basic fault first.
enum class Quality : std::uint8_t {
  good = 0,
  no_contact = 1,    // the bus or the device did not answer; value is the last known one or NaN
  device_fault = 2,  // the device answered that it is broken
  not_a_number = 3,  // the value is NaN or infinite
  out_of_range = 4,  // outside the physical limits in the sensor's settings
  stuck = 5,         // has not changed for longer than its settings allow
  uncertain = 6,     // the device itself marks the value as doubtful
  substituted = 7,   // entered or computed, not measured
};
inline constexpr std::uint8_t kQualityCount = 8;

constexpr std::string_view to_text(Quality quality) {
  constexpr std::string_view kWords[kQualityCount] = {
      "good",         "no_contact", "device_fault", "not_a_number",
      "out_of_range", "stuck",      "uncertain",    "substituted"};
  return kWords[static_cast<std::uint8_t>(quality) % kQualityCount];
}

struct Reading {
  Uptime at;
  double value = 0;
  SensorIndex sensor;
  Quality quality = Quality::good;
};

static_assert(sizeof(Reading) == 24,
              "a reading on its way costs 24 bytes on every board we build for");

}  // namespace hf
