// Which texts may name a document or a field, and which may stand in one.
#pragma once

#include <string_view>

namespace hf::documents {

// Letters, digits, '_', '-' and '.', the first one a letter or digit, 1 to `most` of them: harmless
// in topics, files, SQL and logs (vocabulary/identifiers.h), only longer.
bool is_name(std::string_view text, std::size_t most);

// UTF-8 as Unicode defines it: no overlong forms, no surrogates. JSON at the borders needs it so.
bool is_utf8(std::string_view text);

// Who wrote: UTF-8, 1 to kAuthorBytesMax bytes, no control characters. A person's name.
bool is_author(std::string_view text);

}  // namespace hf::documents
