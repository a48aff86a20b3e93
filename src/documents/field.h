// A field: one name, what was written under it, and by whom.
//
// Fields have owners before they have times. What the gateway *reports* only the gateway writes;
// what is *desired* of it people write, at the site or upstream. That is not checked while merging:
// the encoding has no place for a reported value from upstream, so there is nothing to check.
//
// A desired field has a place for each side, and knows up to which stamp each place was read before
// something else was written (`seen`). A write knows it replaces whatever stood in both places, so
// after it only one is left; two that did not know of each other stand side by side. Both ends keep
// the same two, whatever they think of them: which one is in effect is a matter of policy
// (policy.h) and moves no byte.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "documents/stamp.h"
#include "documents/value.h"

namespace hf::documents {

enum class Part : std::uint8_t { reported = 0, desired = 1 };

// Who speaks, in whose right.
enum class Side : std::uint8_t {
  gateway,   // the machine itself: reported fields, no others
  local,     // an operator at the site, or a rule that acts for one
  upstream,  // the hub and everybody behind it
};

// Where what a side writes stands in a field.
enum class Place : std::uint8_t { site = 0, upstream = 1 };
inline constexpr std::size_t kPlaces = 2;
inline constexpr std::array kBothPlaces{Place::site, Place::upstream};

constexpr Place place_of(Side side) {
  return side == Side::upstream ? Place::upstream : Place::site;
}
constexpr Place other(Place place) { return place == Place::site ? Place::upstream : Place::site; }
constexpr std::size_t index_of(Place place) { return static_cast<std::size_t>(place); }

constexpr bool owns(Side side, Part part) {
  return (side == Side::gateway) == (part == Part::reported);
}
constexpr Side side_of(Part part, Place place) {
  if (place == Place::upstream) return Side::upstream;
  return part == Part::reported ? Side::gateway : Side::local;
}

// One value written once. Looks at the bytes of a document; absent when it has none.
struct Write {
  Stamp stamp;
  std::string_view author;
  Value value;
  std::span<const std::byte> bytes;  // stamp, author and value, as encoded

  bool present() const { return !bytes.empty(); }
};

// Later by stamp. Two writes of one stamp exist only where two devices believe they are one (a
// cloned card); their bytes then decide, so that even they agree.
bool is_later(const Write& a, const Write& b);
bool same(const Write& a, const Write& b);

struct FieldName {
  Part part = Part::reported;
  std::string_view text;
  friend constexpr auto operator<=>(const FieldName&, const FieldName&) = default;
};

// Looks at the bytes of a document.
//   F1  A write present in a place is later than what was seen of that place.
struct Field {
  FieldName name;
  std::array<Write, kPlaces> writes;
  std::array<Stamp, kPlaces> seen{kNever, kNever};  // of each place, by who wrote in the other one
  std::span<const std::byte> bytes;                 // the whole field, as encoded

  const Write& at(Place place) const { return writes[index_of(place)]; }
  bool contested() const { return writes[0].present() && writes[1].present(); }
  bool says_anything() const {
    return writes[0].present() || writes[1].present() || seen[0] != kNever || seen[1] != kNever;
  }
};

}  // namespace hf::documents
