#include "tools/hub/storage/sql.h"

namespace hf::hub {

const std::string& Cell::empty() {
  static const std::string nothing;
  return nothing;
}

}  // namespace hf::hub
