// The tables of a hub store, the same in SQLite and PostgreSQL. docs/formats/hub.md has their
// meaning.
#pragma once

#include "tools/hub/storage/sql.h"

namespace hf::hub {

inline constexpr std::int64_t kSchemaVersion = 2;

// Makes what is not there. Several workers may do so at once. Throws a Failure also when the store
// was made by a younger hub.
void prepare_schema(Sql& sql);

}  // namespace hf::hub
