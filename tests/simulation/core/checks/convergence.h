// Convergence: half an hour after all trouble both ends hold every document in the same bytes, what
// was deleted is gone, and of what people wrote exactly those writes stand that nobody replaced
// knowing them.
//
// A grave may be forgotten by one end before the other, when it is old enough for that.
#pragma once

#include "documents/tombstones.h"
#include "state/collections.h"
#include "tests/simulation/core/checks/checker.h"

namespace hf::simulation {

inline constexpr Duration kConvergeMost = minutes(30);

class Convergence final : public Checker {
 public:
  explicit Convergence(Findings& findings) : findings_(findings) {}

  void documents_ended(const DocumentsInTheEnd& end) override {
    for (std::uint32_t place = 0; place < end.gateway.count(); ++place) {
      const documents::DocumentView ours = end.gateway.at(place);
      documents::DocumentView theirs;
      if (!end.hub.find(ours.id(), theirs)) {
        judge_missing(ours, "the hub", end.now);
      } else if (text_of(ours.bytes()) != text_of(theirs.bytes())) {
        note(ours.id(), "is not the same at both ends");
      }
    }
    for (std::uint32_t place = 0; place < end.hub.count(); ++place) {
      const documents::DocumentView theirs = end.hub.at(place);
      documents::DocumentView ours;
      if (!end.gateway.find(theirs.id(), ours)) judge_missing(theirs, "the gateway", end.now);
    }
    findings_.note(Promise::convergence, "edits were answered as made, and changed nothing",
                   end.written.counts().vanished);
    for (const auto& [name, written] : end.written.all()) {
      if (!written.is_doubtful) judge(name, written, end);
    }
  }

 private:
  void note(const documents::DocumentId& id, const std::string& words) {
    findings_.note(Promise::convergence,
                   std::string{id.collection} + "/" + std::string{id.key} + " " + words);
  }

  void judge_missing(const documents::DocumentView& document, const char* where, UtcTime now) {
    if (documents::is_long_gone(document, now)) return;
    note(document.id(),
         std::string(document.lives() ? "" : "deleted, ") + "is unknown to " + where);
  }

  void judge(const WrittenDocuments::Name& name, const WrittenDocuments::Document& written,
             const DocumentsInTheEnd& end) {
    const documents::DocumentId id{.collection = name.first, .key = name.second};
    documents::DocumentView document;
    const bool is_there = end.gateway.find(id, document);
    const auto life = written.lives.find(written.grave);
    if (life == written.lives.end()) {
      // Nobody wrote since; what the gateway itself reports may be there again.
      if (is_there && document.grave().stamp == written.grave) judge_silence(document);
      return;
    }
    if (!is_there) return note(id, "was written and is not there");
    if (document.grave().stamp != written.grave) return note(id, "is of another life");
    for (const auto& [field_name, sides] : life->second) judge_field(document, field_name, sides);
  }

  void judge_silence(const documents::DocumentView& document) {
    documents::Field field;
    for (documents::FieldCursor cursor = document.fields(); cursor.next(field);) {
      if (field.name.part == documents::Part::desired && field.says_anything()) {
        return note(document.id(), "was deleted and says something again");
      }
    }
  }

  void judge_field(const documents::DocumentView& document, const std::string& name,
                   const WrittenDocuments::Sides& sides) {
    documents::Field field;
    document.find({documents::Part::desired, name}, field);
    std::array<bool, documents::kPlaces> stands{};
    for (const documents::Place place : documents::kBothPlaces) {
      const std::size_t at = documents::index_of(place);
      const WrittenDocuments::Side& ours = sides[at];
      stands[at] = ours.stands_beside(sides[1 - at]);
      const std::string value = stands[at] ? ours.value : std::string{};
      if (text_of(field.at(place).bytes) == value) continue;
      note(document.id(), "field " + name + " does not say what was written last " +
                              (at == 0 ? "at the site" : "upstream"));
    }
    if (!stands[0] && !stands[1]) return;
    const bool is_upstream = stands[1] && (!stands[0] || wins_upstream(document.id(), sides));
    const documents::Write* const effect =
        documents::in_effect(field, documents::policy_of(document.id().collection));
    const std::string& expected = sides[is_upstream ? 1 : 0].value;
    if (effect == nullptr || text_of(effect->bytes) != expected) {
      note(document.id(), "field " + name + " has the wrong one of two writes in effect");
    }
  }

  // By the table of docs/formats/documents.md, said here once more.
  static bool wins_upstream(const documents::DocumentId& id, const WrittenDocuments::Sides& sides) {
    if (id.collection == state::kModels) return true;
    if (id.collection == state::kNodes || id.collection == state::kRules) return false;
    return sides[0].latest < sides[1].latest;
  }

  Findings& findings_;
};

}  // namespace hf::simulation
