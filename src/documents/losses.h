// What merging takes away, told to the caller at the moment it happens.
//
//   L1  A write that stood in a document and stands there no more is told once, in that merge.
//   L2  A write that arrives, was not there and does not stand is told as well, each time it comes.
//   L3  Nothing else is told.
//
// So whatever was ever written and no longer stands is in the audit of every replica it reached,
// the one where it was written among them.
#pragma once

#include <cstdint>
#include <string_view>

#include "documents/document.h"

namespace hf::documents {

enum class LossReason : std::uint8_t {
  overwritten,    // by a later write in its place, or by one that knew of it
  policy,         // another write, which did not know of it, is in effect; both are kept
  deleted,        // with its document, or written in a life of it that had ended
  no_room,        // the document has kDocumentFieldsMax other fields that come before it
  ahead_of_time,  // its stamp is not believed (admission.h)
};

constexpr std::string_view to_text(LossReason reason) {
  switch (reason) {
    case LossReason::overwritten: return "overwritten";
    case LossReason::policy: return "policy";
    case LossReason::deleted: return "deleted";
    case LossReason::no_room: return "no_room";
    case LossReason::ahead_of_time: return "ahead_of_time";
  }
  return "unknown";
}

// Good only while it is told.
struct Loss {
  DocumentId id;
  FieldName field;
  const Write& lost;
  LossReason reason;
  Stamp won_by = kNever;             // the write or deletion that won; kNever: none did
  std::string_view won_author = {};  // and who made it
};

class LossSink {
 public:
  virtual void lost(const Loss& loss) = 0;

 protected:
  ~LossSink() = default;
};

}  // namespace hf::documents
