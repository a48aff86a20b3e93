// The verbs about single sensors: their values, and what is said of them by name.
// docs/formats/control.md names every member.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

Status answer_sensors(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_sensors_get(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_sensors_set(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

// The member `sensors`: those of one equipment, with what is in force for each.
void show_sensors_of(const Sights& sights, std::string_view equipment, wire::JsonWriter& json);

}  // namespace hf::surfaces
