// Which operations of a history a document holds, one bit each: every value is the number of the
// operation that wrote it.
#pragma once

#include <cstdint>

#include "documents/document.h"
#include "documents/policy.h"

namespace hf::histories {

using Mask = std::uint64_t;

constexpr Mask bit(std::uint64_t index) { return Mask{1} << index; }

inline Mask bit_of(const documents::Write& write) {
  return bit(static_cast<std::uint64_t>(write.value.as_integer()));
}

Mask all_writes(const documents::DocumentView& view);
Mask standing_writes(const documents::DocumentView& view, documents::Policy policy);

}  // namespace hf::histories
