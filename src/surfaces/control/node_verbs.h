// The verbs about nodes: the gateway itself and the field devices beneath it.
// docs/formats/control.md names every member.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

Status answer_nodes_list(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_nodes_get(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_nodes_set(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_nodes_remove(const Sights& sights, std::string_view arguments,
                           wire::JsonWriter& json);
Status answer_nodes_drain(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status answer_nodes_enable(const Sights& sights, std::string_view arguments,
                           wire::JsonWriter& json);

}  // namespace hf::surfaces
