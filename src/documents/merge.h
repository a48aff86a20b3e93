// The one rule by which two versions of a document become one.
//
//   M1  Commutative, associative, idempotent, to the byte: whoever has merged the same writes, in
//       any order, grouping and number, holds the same bytes. Deltas merge as documents do.
//   M2  A deletion ends a life: of two lives the later one stays, whole, and the fields of the
//       other are dead whatever their stamps. So nothing that is written without knowing of a
//       deletion brings a document back, or half of it. In one life, fields merge one by one.
//   M3  In a place of a field the later write stays (field.h: is_later), unless someone who had
//       seen it wrote in the other place.
//   M4  Where two versions together have too many fields, the first kDocumentFieldsMax by name
//       stay: at both ends the same ones. Merging cannot fail.
//   M5  Every value that loses is told, as losses.h promises. The policy decides what is told, and
//       nothing else here.
//
// Why this is a join: a life is a chain (the greater stamp), each place is one (the later write),
// what was seen of a place is one; a document is their product, lives first. What is dropped
// (writes up to what was seen, fields beyond the last name that fits) is below something that
// stays, and whatever replaces it is too, so dropping early or late ends in the same bytes.
#pragma once

#include "documents/document.h"
#include "documents/losses.h"
#include "documents/policy.h"

namespace hf::documents {

// Writes to `merged` what is known when both are. `ours` is what we had, `theirs` what arrived;
// they differ only in what is told. O(bytes). REQUIRES: both are of one id; `merged` is the room of
// neither.
void merge(const DocumentView& ours, const DocumentView& theirs, Policy policy, Document& merged,
           LossSink& losses);

}  // namespace hf::documents
