#include "documents/merge.h"

#include "documents/merging.h"

namespace hf::documents {
namespace {

struct ByStamp {
  static bool is_later(const Write& a, const Write& b) { return documents::is_later(a, b); }
};

}  // namespace

void merge(const DocumentView& ours, const DocumentView& theirs, Policy policy, Document& merged,
           LossSink& losses) {
  Merging<ByStamp>(ours, theirs, policy, merged, losses).run();
}

}  // namespace hf::documents
