// Edits of documents, for the verbs of every collection.
#pragma once

#include "surfaces/control/request.h"

namespace hf::surfaces {

// not_found, and the problem is told.
Status no_such(const Request& request, std::string_view key);

// What an edit answers: that it stands here, whether it is on flash, and what it made of things.
// ok, or the status of an edit that was not done; the problem is told.
Status show_edit(const Sights& sights, const Request& request, const documents::DocumentId& id,
                 Status status, wire::JsonWriter& json);

// `X.set` and `X.remove` of any collection: docs/formats/control.md. Outcomes of stores::Inbox;
// what is wrong is told.
Status set_document(const Sights& sights, std::string_view collection, std::string_view arguments,
                    wire::JsonWriter& json);
Status remove_document(const Sights& sights, std::string_view collection,
                       std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
