// What files say of single sensors: DIR/sensors.json, then DIR/sensors.d/*.json in order of their
// names, a later one over an earlier one. docs/formats/settings.md has what stands in them.
//
// Read once, before the start; the heap is open then. A word that is wrong is told and left out,
// with the file, the sensor and the nearest right one; all others count, for one slip of the pen
// must not cost the limits of a whole machine.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "stores/roster/sensor_words.h"

namespace hf::program {

struct SensorFiles {
  std::map<std::string, stores::SensorWords> words;  // by "equipment.sensor"
  std::vector<std::string> problems;                 // "sensors.json: press-1.heat: …"
};

// `known`: every sensor there is, as "equipment.sensor". A folder that does not exist says nothing.
SensorFiles read_sensor_files(const std::string& folder, const std::vector<std::string>& known);

}  // namespace hf::program
