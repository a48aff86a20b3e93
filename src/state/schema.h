// What the fields of each collection may say: one table, asked before anything is merged.
//
// The same table judges an edit from upstream, from the control socket and from the command line.
// A field that is not in it is kept as it is when it comes from upstream (a newer hub knows more
// than we do) and refused when a person at the site writes it (it is a slip of the pen, and the
// nearest name is told).
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "documents/field.h"
#include "vocabulary/outcome.h"

namespace hf::state {

struct FieldRule {
  std::string_view collection;
  documents::Part part;
  std::string_view name;
  documents::ValueKind kind;
  double least = 0;  // of a number: least <= value <= most; of a text: at most `most` bytes
  double most = 0;
  std::string_view words = {};  // of a text that is one of these, separated by spaces
  std::string_view help;        // one line, for people
};

std::span<const FieldRule> schema_of_documents();

// Null: no such field.
const FieldRule* rule_of(std::string_view collection, const documents::FieldName& field);

// ok: also when the field is cleared.  not_found: the field is not in the table.  invalid: not what
// the field may say; the rule tells what would be right.
Status judge(std::string_view collection, const documents::FieldName& field,
             const documents::Value& value);

}  // namespace hf::state
