// What people wrote into documents at both ends, and what has to become of it: the other half of
// every judgement about documents, made without the merge.
//
// Of each edit it keeps the stamp that it was given and what its writer knew of the other side. By
// these alone it says in the end which writes stand: in the life after the latest deletion, of each
// side the latest one, unless somebody of the other side has replaced it knowing it.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "documents/document.h"
#include "vocabulary/time.h"

namespace hf::simulation {

class WrittenDocuments {
 public:
  using Name = std::pair<std::string, std::string>;  // collection, key

  struct Side {
    documents::Stamp latest = documents::kNever;
    documents::Stamp knew = documents::kNever;  // the latest write of the other side that it read
    std::string value;                          // of the latest, encoded

    bool stands_beside(const Side& other) const {
      return latest != documents::kNever && other.knew < latest;
    }
  };
  using Sides = std::array<Side, documents::kPlaces>;
  struct Document {
    documents::Stamp grave = documents::kNever;                      // the latest
    std::map<documents::Stamp, std::map<std::string, Sides>> lives;  // by the grave before it
    bool is_doubtful = false;  // something was written of which nobody can know whether it stands
  };
  struct Counts {
    std::array<std::uint64_t, documents::kPlaces> edits{};  // that were made
    std::uint64_t refused = 0;
    std::uint64_t deletions = 0;
    std::uint64_t vanished = 0;   // of the edits: answered as made, and not to be seen
    std::uint64_t conflicts = 0;  // writes that did not know what the other side had written
  };

  // Somebody edited at `place`: `before` and `after` are the document's bytes there (empty: there
  // was none).
  void note(documents::Place place, const documents::DocumentId& id, const std::string& before,
            const std::string& after, UtcTime truly);
  // A write that may be gone, or come later.
  void doubt(const documents::DocumentId& id) { of(id).is_doubtful = true; }
  void note_refused() { ++counts_.refused; }

  const std::map<Name, Document>& all() const { return all_; }
  const Counts& counts() const { return counts_; }

 private:
  Document& of(const documents::DocumentId& id) {
    return all_[{std::string{id.collection}, std::string{id.key}}];
  }
  void note_write(documents::Place place, const documents::Field& before,
                  const documents::Write& write, Sides& sides);

  std::map<Name, Document> all_;
  Counts counts_;
};

// Of a document's bytes. Empty, or no document: one that says nothing.
documents::DocumentView view_of_document(const std::string& bytes);

}  // namespace hf::simulation
