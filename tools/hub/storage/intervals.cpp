#include "tools/hub/storage/intervals.h"

#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

constexpr std::size_t kPairBytes = 16;

}  // namespace

std::vector<std::byte> to_bytes(std::span<const Interval> intervals) {
  std::vector<std::byte> bytes(intervals.size() * kPairBytes);
  std::span<std::byte> at{bytes};
  for (const Interval& each : intervals) {
    store(at, each.first);
    store(at.subspan(8), each.end);
    at = at.subspan(kPairBytes);
  }
  return bytes;
}

std::vector<Interval> counted_of(const Cell& cell, const Interval& rows) {
  if (cell.is_null()) return {rows};
  Blob bytes = cell.blob();
  std::vector<Interval> intervals;
  Position at = rows.first;
  for (; bytes.size() >= kPairBytes; bytes = bytes.subspan(kPairBytes)) {
    const Interval each{load_u64(bytes), load_u64(bytes.subspan(8))};
    if (each.empty() || each.first < at || each.end > rows.end) break;
    intervals.push_back(each);
    at = each.end;
  }
  if (!bytes.empty()) throw Failure("a frame's `counted` is damaged");
  return intervals;
}

Run run_of(const Row& row) {
  return {{row.at(0).bits(), row.at(1).bits()},
          static_cast<wire::Resolution>(row.at(2).number()),
          static_cast<std::uint8_t>(row.at(3).number())};
}

}  // namespace hf::hub
