// A block of uptimes: the moments at which readings were taken.
//
// A steady period costs some ten bytes, whatever the count; jitter costs its own width. Gaps, equal
// stamps and stamps that go back are kept as they are. Costs and rules are those of value_column.h.
#pragma once

#include <cstdint>
#include <span>

#include "vocabulary/time.h"
#include "wire/columns/block.h"
#include "wire/columns/item_coder.h"

namespace hf::wire {

struct TimeKind {
  using Item = Uptime;
  static std::int64_t number_of(Uptime time) { return time.ms; }
  static bool item_of(std::int64_t number, Uptime& time) {
    time.ms = number;
    return true;
  }
};
using TimeEncoder = ItemEncoder<TimeKind>;
using TimeDecoder = ItemDecoder<TimeKind>;

class TimeWriter : public BlockWriter<TimeEncoder, Uptime> {
 public:
  // Fills all of `block`, which must stay where it is.
  explicit TimeWriter(std::span<std::byte> block) : BlockWriter(block, TimeEncoder{}) {}
};

using TimeReader = BlockReader<TimeDecoder, Uptime>;

}  // namespace hf::wire
