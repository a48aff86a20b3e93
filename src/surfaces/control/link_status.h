// What there is to tell of the way up: the link, what it carried, and the data plan.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

// Members `link`, `traffic` and `data_plan` of an answer; docs/formats/control.md names what is in
// them.
void show_link(const Sights& sights, Uptime now, wire::JsonWriter& json);
void show_traffic(const stores::Traffic& traffic, wire::JsonWriter& json);

}  // namespace hf::surfaces
