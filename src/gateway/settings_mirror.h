// Settings as both ends see them: the document of this gateway in the collection `settings`, kept
// alike with the edits that are in force.
//
//   M1  What the document says is proposed once. What was refused, or left for the last good
//       version, is not proposed again until the document says something else.
//   M2  What is edited at the site is written into the document, and only that: what upstream said
//       meanwhile stays.
//   M3  The number and state of the version in force are reported in it.
//
// A version that is left changes nothing that is desired: what people want and what works stand
// side by side, and whoever wants something better writes it.
//
// Cost: a turn in which nothing changed compares three numbers. Never allocates; about 16 KiB.
// Owned by the service loop.
#pragma once

#include <array>

#include "gateway/configuring.h"
#include "hal/clock.h"
#include "state/replica.h"
#include "stores/settings/settings_document.h"

namespace hf::gateway {

class SettingsMirror final : public state::DocumentObserver {
 public:
  // REQUIRES: all outlive it.
  SettingsMirror(state::Replica& replica, Configuring& configuring, state::Shelf& shelf,
                 std::string_view gateway)
      : replica_(replica), configuring_(configuring), archive_(shelf), gateway_(gateway) {
    replica.observe(*this);
  }

  // Once, when documents and settings are open.
  void open();

  // When it wants to be called next.
  Uptime step(Uptime now, const UtcReading& utc);

 private:
  // What is on flash: the edits of the document that were proposed, and the newest version that the
  // document has been told of.
  struct Note {
    std::uint32_t proposed = 0;  // a checksum
    std::uint32_t newest = 0;
  };

  void changed(const state::Changed& change) override;
  documents::DocumentId id() const {
    return {.collection = stores::kSettingsCollection, .key = gateway_};
  }
  stores::SettingSet edits_of_document(stores::SettingsEdit& edit, Status& status);
  void write_edits(const UtcReading& utc);
  Status take_document(Uptime now, const UtcReading& utc);
  void report(Uptime now, const UtcReading& utc);
  void save_note();

  state::Replica& replica_;
  Configuring& configuring_;
  stores::ShelfArchive archive_;
  std::string_view gateway_;
  Note note_;
  stores::SettingSet mirrored_;  // the edits, as document and settings last agreed
  bool has_changed_ = false;     // the document
  Uptime retry_at_;
  std::uint32_t reported_revision_ = 0;
  stores::VersionState reported_state_ = stores::VersionState::assumed;
  std::array<stores::ValueText, limits::kDocumentFieldsMax> texts_;
};

}  // namespace hf::gateway
