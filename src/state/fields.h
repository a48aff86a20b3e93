// What a document says, by the policy of its collection: a reader of single fields.
//
//   const Fields fields(document);
//   fields.text(documents::Part::desired, "name")
#pragma once

#include <string_view>

#include "documents/document.h"
#include "documents/policy.h"

namespace hf::state {

class Fields {
 public:
  explicit Fields(const documents::DocumentView& document)
      : document_(document), policy_(documents::policy_of(document.id().collection)) {}

  // Nothing: never written, or cleared.
  documents::Value value(documents::Part part, std::string_view name) const {
    documents::Field field;
    if (!document_.find({part, name}, field)) return {};
    const documents::Write* const write = documents::in_effect(field, policy_);
    return write == nullptr ? documents::Value{} : write->value;
  }

  std::string_view text(documents::Part part, std::string_view name,
                        std::string_view otherwise = {}) const {
    const documents::Value found = value(part, name);
    return found.kind() == documents::ValueKind::text ? found.as_text() : otherwise;
  }
  std::int64_t integer(documents::Part part, std::string_view name,
                       std::int64_t otherwise = 0) const {
    const documents::Value found = value(part, name);
    return found.kind() == documents::ValueKind::integer ? found.as_integer() : otherwise;
  }
  // A whole number is a real as well: people write 5, not 5.0.
  double real(documents::Part part, std::string_view name, double otherwise = 0) const {
    const documents::Value found = value(part, name);
    if (found.kind() == documents::ValueKind::integer) {
      return static_cast<double>(found.as_integer());
    }
    return found.kind() == documents::ValueKind::real ? found.as_real() : otherwise;
  }
  bool boolean(documents::Part part, std::string_view name, bool otherwise = false) const {
    const documents::Value found = value(part, name);
    return found.kind() == documents::ValueKind::boolean ? found.as_boolean() : otherwise;
  }

 private:
  documents::DocumentView document_;
  documents::Policy policy_;
};

}  // namespace hf::state
