// The verbs about packages of rules: bringing them here, deploying them, taking them back.
// docs/formats/control.md names every member.
//
// Uploading writes into the store of models, because whoever sends a package must hear at once what
// is wrong with it; what is in use is wished for in documents, through the inbox, like all else.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

Status upload_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status deploy_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status undeploy_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status remove_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status list_models(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
