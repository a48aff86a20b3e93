// The verbs about what happened: entries of the activity, and whether somebody was at them.
// docs/formats/control.md names every member.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

Status list_activity(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status verify_activity(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
