#include "tests/histories/operation_masks.h"

namespace hf::histories {

using namespace hf::documents;

Mask all_writes(const DocumentView& view) {
  Mask all = 0;
  Field field;
  for (FieldCursor cursor = view.fields(); cursor.next(field);) {
    for (const Write& write : field.writes) {
      if (write.present()) all |= bit_of(write);
    }
  }
  return all;
}

Mask standing_writes(const DocumentView& view, Policy policy) {
  Mask standing = 0;
  Field field;
  for (FieldCursor cursor = view.fields(); cursor.next(field);) {
    for (const Place place : kBothPlaces) {
      if (stands(field, place, policy)) standing |= bit_of(field.at(place));
    }
  }
  return standing;
}

}  // namespace hf::histories
