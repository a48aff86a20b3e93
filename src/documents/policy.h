// Which of two writes is in effect, when each was written without knowing of the other.
//
// No policy takes part in merging: both ends keep both writes, in equal bytes, until somebody
// writes knowing them. So a policy may change, and two ends of different releases may even disagree
// about it, without their documents drifting apart. Nothing is ever in effect by a policy against
// somebody who had read it: whoever writes after reading replaces.
//
//   last_write     the later one. Over any history this is plain last-write-wins.
//   gateway_wins   the operator's at the site: who stands beside the machine is right.
//   upstream_wins  upstream's: where the fleet must be alike.
//   manual         the site's stays in effect, and the field is contested until someone chooses,
//                  which is nothing but writing the chosen value: nothing moves on a machine
//                  because of a conflict nobody has looked at.
#pragma once

#include <array>
#include <string_view>

#include "documents/field.h"

namespace hf::documents {

enum class Policy : std::uint8_t { last_write, gateway_wins, upstream_wins, manual };

struct CollectionPolicy {
  std::string_view collection;
  Policy policy;
};

// Collections not named here are `last_write`.
inline constexpr std::array kPolicies{
    // Who drains a node stands beside it, perhaps with a hand in it.
    CollectionPolicy{.collection = "nodes", .policy = Policy::gateway_wins},
    // The fleet decides which rules run where; a local edit is a stopgap.
    CollectionPolicy{.collection = "models", .policy = Policy::upstream_wins},
    // A limit that two people set differently is a question about the machine, not about clocks:
    // the one that guards it stays until somebody has looked at both.
    CollectionPolicy{.collection = "rules", .policy = Policy::manual},
};

Policy policy_of(std::string_view collection);

// The write in effect; null: none, or none left.
const Write* in_effect(const Field& field, Policy policy);

// Whether a present write still has its say: in effect, or waiting for somebody to choose.
bool stands(const Field& field, Place place, Policy policy);

}  // namespace hf::documents
