#include "documents/field.h"

namespace hf::documents {

bool is_later(const Write& a, const Write& b) {
  if (a.stamp != b.stamp) return a.stamp > b.stamp;
  return text_of(a.bytes) > text_of(b.bytes);
}

bool same(const Write& a, const Write& b) { return text_of(a.bytes) == text_of(b.bytes); }

}  // namespace hf::documents
