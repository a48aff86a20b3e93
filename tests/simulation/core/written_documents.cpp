#include "tests/simulation/core/written_documents.h"

#include <algorithm>

#include "config/limits/documents.h"
#include "vocabulary/bytes.h"

namespace hf::simulation {

using documents::DocumentView;
using documents::Field;
using documents::FieldCursor;
using documents::Place;

namespace {

// A stamp that is ahead of the true time by less is believed by everybody whose clock is right.
constexpr Duration kSurelyBelieved = limits::kStampFutureMost - minutes(1);

bool is_surely_believed(const documents::Stamp& stamp, UtcTime truly) {
  return stamp.ms <= truly.ms + kSurelyBelieved.ms;
}

}  // namespace

DocumentView view_of_document(const std::string& bytes) {
  DocumentView view;
  static_cast<void>(is_ok(DocumentView::parse(bytes_of(bytes), view)));
  return view;
}

void WrittenDocuments::note(Place place, const documents::DocumentId& id, const std::string& before,
                            const std::string& after, UtcTime truly) {
  const DocumentView was = view_of_document(before);
  const DocumentView is = view_of_document(after);
  Document& document = of(id);
  ++counts_.edits[documents::index_of(place)];
  if (before == after) ++counts_.vanished;
  const documents::Stamp grave = is.grave().stamp;
  if (grave != was.grave().stamp) {
    ++counts_.deletions;
    document.grave = std::max(document.grave, grave);
    document.is_doubtful = document.is_doubtful || !is_surely_believed(grave, truly);
  }
  Field field;
  for (FieldCursor cursor = is.fields(); cursor.next(field);) {
    Field known;
    was.find(field.name, known);
    const documents::Write& write = field.at(place);
    if (!write.present() || documents::same(write, known.at(place))) continue;
    const std::string name{field.name.text};
    note_write(place, known, write, document.lives[grave][name]);
    document.is_doubtful = document.is_doubtful || !is_surely_believed(write.stamp, truly);
  }
}

void WrittenDocuments::note_write(Place place, const Field& before, const documents::Write& write,
                                  Sides& sides) {
  const Place there = documents::other(place);
  Side& ours = sides[documents::index_of(place)];
  const Side& theirs = sides[documents::index_of(there)];
  const documents::Stamp knew =
      std::max(before.at(there).present() ? before.at(there).stamp : documents::kNever,
               before.seen[documents::index_of(there)]);
  if (knew < theirs.latest && theirs.knew < write.stamp) ++counts_.conflicts;
  ours.knew = std::max(ours.knew, knew);
  if (write.stamp < ours.latest) return;
  ours.latest = write.stamp;
  ours.value = text_of(write.bytes);
}

}  // namespace hf::simulation
