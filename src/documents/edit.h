// Editing: what a person or a program wants of a document becomes a delta, made in knowledge of
// what stands there now.
//
// An edit changes nothing by itself. The delta is merged into the document here and sent there, so
// an edit takes the same road at both ends and the merge stays the one rule.
//
//   stamp = clock.issue(now)                        // after clock.observe(document.latest())
//   edit(document, changes, {stamp, Side::local, "anna"}, delta)
//   merge(document, delta.view(), policy, merged, audit)
//
//   E1  Only owners write: what is reported is the gateway's, what is desired everybody else's.
//   E2  A delta replaces what was in the document when it was made, and competes with the rest.
//   E3  Only create() begins a document, or a new life of one that was deleted.
#pragma once

#include <span>
#include <string_view>

#include "documents/document.h"

namespace hf::documents {

struct Change {
  FieldName field;
  Value value;  // nothing: clears the field
};

// Who edits, in whose right, and when.
struct Signature {
  Stamp stamp;
  Side side = Side::local;
  std::string_view author;
};

// Writes to `delta` a document that says these changes. O(fields x changes).
// REQUIRES: `delta` is not the room of `document`.
//
// ok.  not_found: the document does not exist, or no more.  refused: E1.  invalid: no change at
// all, a name, value or author that may not be, or one field twice.  full: kDocumentFieldsMax is
// reached. stale: the stamp does not come after all there is: observe(document.latest()), issue
// another one.
Status edit(const DocumentView& document, std::span<const Change> changes, const Signature& by,
            Document& delta);

// As edit(), but the document need not exist. `document` then says its id only, or is its
// tombstone.
Status create(const DocumentView& document, std::span<const Change> changes, const Signature& by,
              Document& delta);

// Writes to `delta` the deletion of a document.
// ok.  not_found: it does not exist.  invalid: the author.  stale: as for edit().
Status bury(const DocumentView& document, const Signature& by, Document& delta);

}  // namespace hf::documents
