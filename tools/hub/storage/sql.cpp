#include "tools/hub/storage/sql.h"

namespace hf::hub {

std::unique_ptr<Sql> open_sql(const std::string& where, Opening opening) {
  const bool is_postgres = where.starts_with("postgresql://") || where.starts_with("postgres://");
  return is_postgres ? open_postgres(where) : open_sqlite(where, opening);
}

}  // namespace hf::hub
