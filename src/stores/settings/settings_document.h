// Edits of settings as a document that both ends keep: collection `settings`, one document for each
// gateway, its key the gateway's id. Each desired field is a setting, by its path; its value is
// written as people write it, or is a number or a boolean.
//
// The document says all edits there are: what it does not say, or has cleared, is edited no more.
// Of two writes that did not know of each other the later is in effect (last_write), and says
// whether the edit is a local or a remote one.
#pragma once

#include "documents/document.h"
#include "stores/settings/settings.h"

namespace hf::stores {

inline constexpr std::string_view kSettingsCollection = "settings";

// Makes `edit` such that, once it is taken, the edits are those of the document. `before` are the
// edits there are. The author is that of the latest write.
// ok.  invalid: `problems` says which fields are wrong; nothing of the document is to be taken.
Status read_edits(const documents::DocumentView& document, const SettingSet& before,
                  SettingsEdit& edit, SettingsProblems& problems);

}  // namespace hf::stores
