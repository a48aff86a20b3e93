// Positions: what the rows of a stream are counted by, and how a row is found in the queue file.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>

#include "vocabulary/assertion.h"
#include "wire/frames/frame.h"

namespace hf::stores::queue {

using wire::Lane;
using Position = std::uint64_t;

inline constexpr std::size_t kLaneCount = 2;
constexpr std::size_t index_of(Lane lane) { return static_cast<std::size_t>(lane); }

// 54 bits last 570 million years at one row a second; a hostile or damaged number beyond them is
// refused where it comes in.
inline constexpr unsigned kPositionBits = 54;
inline constexpr Position kPositionEnd = Position{1} << kPositionBits;

// Stands for the end of a stream whose file is gone. Nothing of it was ever given beyond; what is
// still said about it has positions from here on.
inline constexpr Position kUnknownEnd = kPositionEnd / 2;

// Positions first, first + 1 … end - 1.
struct Interval {
  Position first = 0;
  Position end = 0;

  constexpr bool empty() const { return first >= end; }
  constexpr std::uint64_t count() const { return empty() ? 0 : end - first; }
  constexpr bool contains(Position at) const { return at >= first && at < end; }
  constexpr bool contains(const Interval& other) const {
    return other.first >= first && other.end <= end;
  }
  friend constexpr bool operator==(const Interval&, const Interval&) = default;
};

constexpr Interval common_part(const Interval& a, const Interval& b) {
  return {std::max(a.first, b.first), std::min(a.end, b.end)};
}

// The how-manieth stream of this file, from 1. A file outlives a stream when memory had to give
// out positions while the file could not be read, and when an older file was salvaged into it.
using StreamOrdinal = std::uint8_t;

// Where a frame stands: lane, stream and position in one number, the key of its row. So the order
// of the table is the order of sending, and no second index is written.
struct Place {
  std::int64_t key = 0;
  friend constexpr auto operator<=>(Place, Place) = default;
};

constexpr Place place_of(Lane lane, StreamOrdinal stream, Position position) {
  HF_ASSERT(position < kPositionEnd);
  return {static_cast<std::int64_t>(std::uint64_t{index_of(lane)} << 62 |
                                    std::uint64_t{stream} << kPositionBits | position)};
}
constexpr Lane lane_of(Place place) { return static_cast<Lane>(place.key >> 62 & 1); }
constexpr StreamOrdinal stream_of(Place place) {
  return static_cast<StreamOrdinal>(place.key >> kPositionBits);
}
constexpr Position position_of(Place place) {
  return static_cast<Position>(place.key) & (kPositionEnd - 1);
}

static_assert(place_of(Lane::events, 255, kPositionEnd - 1).key > 0,
              "a row's key is a positive number");
static_assert(place_of(Lane::readings, 1, kPositionEnd - 1) < place_of(Lane::readings, 2, 0));
static_assert(stream_of(place_of(Lane::events, 7, 9)) == 7);

}  // namespace hf::stores::queue
