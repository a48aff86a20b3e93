// The answers that tell how the gateway is. docs/formats/control.md names every member.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

Status answer_status(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_sync_now(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
