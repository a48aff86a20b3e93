// A key for what has several names: "equipment.sensor", "equipment.sensor.rule".
#pragma once

#include <initializer_list>
#include <string_view>

#include "state/shelf_file.h"

namespace hf::state {

// The names with dots between them, or, where that is too long for a key, its beginning and a
// checksum of all of it. REQUIRES: at most three names, each no longer than a key.
ItemKey join_key(std::initializer_list<std::string_view> names);

}  // namespace hf::state
