// Sensors of one machine that differ by a number: press-1's s0, s1 …
#pragma once

#include <CppUTest/TestHarness.h>

#include <string>

#include "stores/roster/sensor_words.h"
#include "tests/support/status_equal.h"

namespace hf::test {

inline stores::SensorFacts numbered_sensor(std::uint16_t number) {
  stores::SensorFacts facts;
  STATUS_EQUAL(Status::ok, EquipmentId::parse("press-1", facts.equipment));
  STATUS_EQUAL(Status::ok, SensorId::parse("s" + std::to_string(number), facts.sensor));
  return facts;
}

}  // namespace hf::test
