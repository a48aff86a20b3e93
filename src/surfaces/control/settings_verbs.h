// The verbs about settings: what is in force, changing it, and its versions.
// docs/formats/control.md names every member.
//
// They are the one place where a surface writes elsewhere than into the inbox: an edit has to be
// refused with all that is wrong with it while whoever made it is still there, and the store of
// settings is one door for all of them, local and remote.
#pragma once

#include "surfaces/control/control.h"

namespace hf::surfaces {

Status list_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status set_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status list_versions(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status compare_versions(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status revert_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status confirm_settings(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);
Status list_templates(const Sights& sights, std::string_view arguments, wire::JsonWriter& json);

}  // namespace hf::surfaces
