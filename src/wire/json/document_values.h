// Values of documents as JSON, and texts that people write as values of documents.
//
// The gateway and the hub show the same documents, so both say a value in the same words.
#pragma once

#include <string_view>

#include "documents/document.h"
#include "vocabulary/outcome.h"
#include "wire/channel/json_writer.h"

namespace hf::wire {

// A member of that name; bytes are only said to be there.
void write_value(std::string_view name, const documents::Value& value, JsonWriter& json);

// An object of that name: of one part of a document what is in effect, but for what was cleared.
void write_part(const documents::DocumentView& document, documents::Part part,
                std::string_view name, JsonWriter& json);

// Elements of an array that is open: the fields that two sides wrote without knowing of each other
// and that wait for somebody to choose. None under a policy that decides.
void write_open_conflicts(const documents::DocumentView& document, JsonWriter& json);

// The value of that kind that `text` stands for; a text stands for itself.  invalid: there is none.
Status read_value(std::string_view text, documents::ValueKind kind, documents::Value& value);

}  // namespace hf::wire
