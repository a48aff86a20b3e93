// How a connection becomes a database of ours: settings in their order, identity, schema. For this
// room only; what may come of it stands at Database::open().
#pragma once

#include <cstdint>
#include <span>

#include "files/database/connection.h"
#include "files/database/database_settings.h"

namespace hf::files {

// Leaves the connection open exactly when the answer is ok.
Status open_settled(Connection& connection, const DatabaseSettings& settings,
                    std::span<const Migration> migrations, Finding& found);

}  // namespace hf::files
