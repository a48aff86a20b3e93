// A field's value as people write it, and the other way round.
#pragma once

#include <string>
#include <string_view>

#include "documents/edit.h"

namespace hf::hub {

std::string value_text(const documents::Value& value);

// The change that FIELD=VALUE means in that collection, judged by the schema; an empty value
// clears. It looks at `word`. Throws WrongUse, which says what would be right.
documents::Change change_of(std::string_view collection, std::string_view word);

}  // namespace hf::hub
