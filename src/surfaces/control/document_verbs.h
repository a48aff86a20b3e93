// The verbs of what both ends may change: equipment, sensors' settings, nodes, rules, alerts,
// models, and the conflicts among them. docs/formats/control.md names every member.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

// Of one collection, given by its place in state::kCollections.
template <std::size_t kCollection>
struct DocumentVerbs {
  static Status list(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
  static Status get(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
  static Status set(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
  static Status remove(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
};

Status answer_alerts_ack(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_alerts_resolve(const Sights& sights, std::string_view arguments,
                             wire::JsonWriter& json);
Status answer_conflicts_list(const Sights& sights, std::string_view arguments,
                             wire::JsonWriter& json);
Status answer_conflicts_restore(const Sights& sights, std::string_view arguments,
                                wire::JsonWriter& json);
Status answer_sync_push(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_sync_progress(const Sights& sights, std::string_view arguments,
                            wire::JsonWriter& json);
Status answer_sync_pull(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
