#include "documents/admission.h"

namespace hf::documents {
namespace {

// Takes out of `field` what lies beyond the ceiling. False: nothing is left.
bool lower_to(const Stamp& ceiling, const DocumentView& document, Field& field, LossSink& losses) {
  bool changed = false;
  for (const Place place : kBothPlaces) {
    Write& write = field.writes[index_of(place)];
    Stamp& seen_by_writer = field.seen[index_of(other(place))];
    const bool removed = write.present() && write.stamp > ceiling;
    if (removed) {
      losses.lost({.id = document.id(),
                   .field = field.name,
                   .lost = write,
                   .reason = LossReason::ahead_of_time});
      write = Write{};
    }
    // What it had seen goes with it: it must not keep out what it no longer replaces.
    if (removed || seen_by_writer > ceiling) {
      seen_by_writer = kNever;
      changed = true;
    }
  }
  if (changed) field.bytes = {};  // to be encoded anew
  return field.says_anything();
}

}  // namespace

void admit(const DocumentView& document, const Stamp& ceiling, Document& admitted,
           LossSink& losses) {
  // A3: nothing is later than kNever, so every write is told.
  const bool life_is_believed = document.grave().stamp <= ceiling;
  admitted.begin(document.id(), life_is_believed ? document.grave() : Grave{});
  FieldCursor cursor = document.fields();
  Field field;
  while (cursor.next(field)) {
    if (lower_to(life_is_believed ? ceiling : kNever, document, field, losses)) {
      admitted.append(field);
    }
  }
}

}  // namespace hf::documents
