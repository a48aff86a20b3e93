// The verb that asks for another system: what people and upstream can want of a board's installer.
#pragma once

#include <string_view>

#include "surfaces/control/control.h"
#include "wire/channel/json_writer.h"

namespace hf::surfaces {

// Takes {"address"}. ok: the wish is durable; the installer follows by itself, the status tells how
// it goes.  invalid: no address to fetch from.  unsupported: this board has no installer.
// unavailable, full, busy: the wish could not be kept.
Status answer_update(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
