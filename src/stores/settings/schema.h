// The table of settings as a JSON Schema (2020-12): for editors, and for whoever writes settings by
// program. Published as config/settings/holdfast.schema.json; a test holds that file to this.
#pragma once

#include "wire/channel/json_writer.h"

namespace hf::stores {

// One JSON object. REQUIRES: `json` has written nothing yet.
void write_schema(wire::JsonWriter& json);

}  // namespace hf::stores
