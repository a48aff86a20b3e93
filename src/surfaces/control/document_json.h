// Documents as JSON, and JSON as what a document is to say.
#pragma once

#include <string_view>

#include "documents/document.h"
#include "state/replica.h"
#include "state/schema.h"
#include "wire/channel/json_writer.h"
#include "wire/json/json_reader.h"

namespace hf::surfaces {

// The members id, desired, reported, and contested (the fields that two sides wrote without knowing
// of each other) where there are any.
void show_document(const documents::DocumentView& document, wire::JsonWriter& json);

// What the same document says to people at a glance: one line of a list.
void show_summary(const state::Replica& replica, const documents::DocumentView& document,
                  wire::JsonWriter& json);

// The value that `json` means for a field of that rule; a text is taken for a number or a boolean
// where the field is one, so that a command line need not know. null, or an empty text: cleared.
// invalid: it can be none of the field's kind.
Status read_value(wire::JsonValue json, const state::FieldRule& rule, documents::Value& value);

}  // namespace hf::surfaces
