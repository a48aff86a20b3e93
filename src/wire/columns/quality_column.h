// A block of qualities. While nothing changes, 64 of them cost a bit or less; a change costs two
// bytes or so. Costs and rules are those of value_column.h.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/reading.h"
#include "wire/columns/block.h"
#include "wire/columns/item_coder.h"

namespace hf::wire {

struct QualityKind {
  using Item = Quality;
  static std::int64_t number_of(Quality quality) { return static_cast<std::int64_t>(quality); }
  static bool item_of(std::int64_t number, Quality& quality) {
    if (number < 0 || number >= kQualityCount) return false;
    quality = static_cast<Quality>(number);
    return true;
  }
};
using QualityEncoder = ItemEncoder<QualityKind>;
using QualityDecoder = ItemDecoder<QualityKind>;

class QualityWriter : public BlockWriter<QualityEncoder, Quality> {
 public:
  // Fills all of `block`, which must stay where it is.
  explicit QualityWriter(std::span<std::byte> block) : BlockWriter(block, QualityEncoder{}) {}
};

using QualityReader = BlockReader<QualityDecoder, Quality>;

}  // namespace hf::wire
