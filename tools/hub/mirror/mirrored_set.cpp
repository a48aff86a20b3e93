#include "tools/hub/mirror/mirrored_set.h"

#include <algorithm>
#include <utility>

#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

using documents::DocumentId;
using documents::DocumentView;

using Place = std::pair<std::string_view, std::string_view>;

Place place_of(const DocumentView& document) {
  return {document.id().collection, document.id().key};
}

}  // namespace

void MirroredSet::add(std::string bytes) {
  bytes_.push_back(std::move(bytes));
  DocumentView document;
  if (is_ok(DocumentView::parse(bytes_of(bytes_.back()), document))) sorted_.push_back(document);
}

void MirroredSet::sort() { std::ranges::sort(sorted_, {}, place_of); }

std::uint32_t MirroredSet::first_of(std::string_view collection) const {
  const auto first = std::ranges::lower_bound(sorted_, Place{collection, {}}, {}, place_of);
  return static_cast<std::uint32_t>(first - sorted_.begin());
}

bool MirroredSet::find(const DocumentId& id, DocumentView& document) const {
  const auto found = std::ranges::lower_bound(sorted_, Place{id.collection, id.key}, {}, place_of);
  if (found == sorted_.end() || found->id() != id) return false;
  document = *found;
  return true;
}

}  // namespace hf::hub
