// The collections of documents there are, in the order in which they are compared and loaded.
//
// A closed set: a document of another collection is refused, because nobody here would show it,
// bound it, or know what deleting it means. How conflicts end is documents/policy.h's table.
#pragma once

#include <algorithm>
#include <array>
#include <string_view>

namespace hf::state {

inline constexpr std::string_view kEquipment = "equipment";  // key: its id
inline constexpr std::string_view kSensors = "sensors";      // key: equipment.sensor
inline constexpr std::string_view kNodes = "nodes";          // key: the node's id
inline constexpr std::string_view kRules = "rules";          // key: the rule's name
inline constexpr std::string_view kAlerts = "alerts";        // key: equipment.sensor.rule
inline constexpr std::string_view kModels = "models";        // key: the package's name
inline constexpr std::string_view kSettings = "settings";    // key: the gateway's id

// Who writes the rules that a deployment of a model is made of. Nobody at the control socket can
// call himself so: the activity tells a deployment by its model, not by each rule.
inline constexpr std::string_view kDeploymentAuthor = "models";

inline constexpr std::array kCollections{kEquipment, kSensors, kNodes,   kRules,
                                         kAlerts,    kModels,  kSettings};

constexpr bool is_collection(std::string_view name) {
  return std::ranges::find(kCollections, name) != kCollections.end();
}

}  // namespace hf::state
