// How merge.h is done. A template over the order of writes, so that the tests can merge with an
// order that lacks its tie-break and show that they would notice. Everybody else includes merge.h.
#pragma once

#include <algorithm>

#include "documents/merge.h"

namespace hf::documents {

template <typename Order>
class Merging {
 public:
  Merging(const DocumentView& ours, const DocumentView& theirs, Policy policy, Document& merged,
          LossSink& losses)
      : ours_(ours), theirs_(theirs), policy_(policy), merged_(merged), losses_(losses) {}

  void run() {
    HF_ASSERT(ours_.id() == theirs_.id());
    if (text_of(ours_.bytes()) == text_of(theirs_.bytes())) {
      merged_.assign(ours_);
    } else if (ours_.grave().stamp == theirs_.grave().stamp) {
      merge_one_life();
    } else if (ours_.grave().stamp > theirs_.grave().stamp) {
      keep_life(ours_, theirs_);
    } else {
      keep_life(theirs_, ours_);
    }
  }

 private:
  static constexpr Field kNone{};

  // M2: one life goes on, the other one is over.
  void keep_life(const DocumentView& kept, const DocumentView& ended) {
    merged_.assign(kept);
    Field field;
    for (FieldCursor cursor = ended.fields(); cursor.next(field);) {
      const Field& ours = &ended == &ours_ ? field : kNone;
      const Field& theirs = &ended == &ours_ ? kNone : field;
      tell(ours, theirs, kNone, LossReason::deleted, {kept.grave().stamp, kept.grave().author});
    }
    if (&kept == &theirs_) {
      for (FieldCursor cursor = kept.fields(); cursor.next(field);) {
        tell_of_result(kNone, field, field);
      }
    }
  }

  // Two deletions of one stamp: a cloned device, see is_later().
  static const Grave& later_grave(const Grave& ours, const Grave& theirs) {
    return ours.author < theirs.author ? theirs : ours;
  }

  // Both are sorted: walk them side by side.
  void merge_one_life() {
    merged_.begin(ours_.id(), later_grave(ours_.grave(), theirs_.grave()));
    FieldCursor our_cursor = ours_.fields();
    FieldCursor their_cursor = theirs_.fields();
    Field ours;
    Field theirs;
    bool have_ours = our_cursor.next(ours);
    bool have_theirs = their_cursor.next(theirs);
    while (have_ours || have_theirs) {
      const bool take_ours = have_ours && (!have_theirs || ours.name <= theirs.name);
      const bool take_theirs = have_theirs && (!have_ours || theirs.name <= ours.name);
      if (take_ours && take_theirs) {
        keep(ours, theirs,
             text_of(ours.bytes) == text_of(theirs.bytes) ? ours : join(ours, theirs));
      } else if (take_ours) {
        keep(ours, kNone, ours);
      } else {
        keep(kNone, theirs, theirs);
      }
      if (take_ours) have_ours = our_cursor.next(ours);
      if (take_theirs) have_theirs = their_cursor.next(theirs);
    }
  }

  // M3
  static Field join(const Field& ours, const Field& theirs) {
    Field joined;
    joined.name = ours.name;
    for (std::size_t place = 0; place < kPlaces; ++place) {
      joined.seen[place] = std::max(ours.seen[place], theirs.seen[place]);
      const Write& write = later(ours.writes[place], theirs.writes[place]);
      if (write.present() && write.stamp > joined.seen[place]) joined.writes[place] = write;
    }
    return joined;
  }

  static const Write& later(const Write& ours, const Write& theirs) {
    if (!ours.present()) return theirs;
    if (!theirs.present()) return ours;
    return Order::is_later(theirs, ours) ? theirs : ours;
  }

  // M4
  void keep(const Field& ours, const Field& theirs, const Field& result) {
    if (merged_.field_count() == limits::kDocumentFieldsMax) {
      tell(ours, theirs, kNone, LossReason::no_room, {});
      return;
    }
    merged_.append(result);
    tell_of_result(ours, theirs, result);
  }

  struct Winner {
    Stamp stamp = kNever;
    std::string_view author;
  };

  void tell_of_result(const Field& ours, const Field& theirs, const Field& result) {
    const Write* winner = in_effect(result, policy_);
    tell(ours, theirs, result, LossReason::overwritten,
         winner == nullptr ? Winner{} : Winner{winner->stamp, winner->author});
  }

  // M5: what stood in ours, and what came with theirs, and does not stand in the result.
  void tell(const Field& ours, const Field& theirs, const Field& result, LossReason reason,
            const Winner& winner) {
    for (const Place place : kBothPlaces) {
      const Write& our_write = ours.at(place);
      const Write& their_write = theirs.at(place);
      if (stands(ours, place, policy_)) {
        tell_unless_it_stands(our_write, ours.name, place, result, reason, winner);
      }
      if (their_write.present() && !(our_write.present() && same(our_write, their_write))) {
        tell_unless_it_stands(their_write, theirs.name, place, result, reason, winner);
      }
    }
  }

  void tell_unless_it_stands(const Write& write, const FieldName& name, Place place,
                             const Field& result, LossReason reason, const Winner& winner) {
    const bool kept = result.at(place).present() && same(result.at(place), write);
    if (kept && stands(result, place, policy_)) return;
    losses_.lost({.id = ours_.id(),
                  .field = name,
                  .lost = write,
                  .reason = kept ? LossReason::policy : reason,
                  .won_by = winner.stamp,
                  .won_author = winner.author});
  }

  const DocumentView& ours_;
  const DocumentView& theirs_;
  Policy policy_;
  Document& merged_;
  LossSink& losses_;
};

}  // namespace hf::documents
