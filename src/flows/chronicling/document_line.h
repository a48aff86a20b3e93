// What a change of a document is in words: an entry of the activity, or none.
//
//   rules heat-high: limit=80 severity=critical
//   removed equipment pump-1
//   raised pump.heat.too-hot (critical)
//
// Pure.
#pragma once

#include <string_view>

#include "flows/chronicling/line.h"
#include "state/replica.h"
#include "stores/activity/entry.h"

namespace hf::flows {

struct DocumentLine {
  bool is_worth_telling = false;  // false: the rest says nothing
  stores::ActivityKind kind = stores::ActivityKind::edit;
  std::string_view who;  // looks into the change
  Line what;
};

// Settings are told by their versions, not by their documents.
DocumentLine line_of(const state::Changed& change);

}  // namespace hf::flows
