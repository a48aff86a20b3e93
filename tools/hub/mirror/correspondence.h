// What the hub has to say to gateways about documents: answers to what they asked while comparing,
// comparisons begun here, and edits and commands that wait for their gateway.
//
// It speaks of what is committed only, and remembers questions in memory: who dies takes them
// along, and whoever comes next begins a comparison (docs/decisions/0061). A letter waits here
// until it is said to be sent, so a store that fails on the way costs none.
//
// Cost: all questions of a gateway by one reading of its documents. Everything may throw a Failure:
// what is due stays due. One thread.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "tools/hub/mirror/document_table.h"
#include "tools/hub/mirror/graveyard.h"
#include "tools/hub/mirror/mirror.h"

namespace hf::hub {

struct Letter {
  std::int64_t gateway_id = 0;
  wire::TopicClass topic_class = wire::TopicClass::state_down;
  std::string payload;
  UtcTime expires;             // of an errand; else zero: it is worth something while it is young
  std::int64_t errand_id = 0;  // of an errand: when the broker has it, say so to the table: done()
};

class Correspondence {
 public:
  struct Counts {
    std::uint64_t answers = 0;      // payloads
    std::uint64_t comparisons = 0;  // begun here
    std::uint64_t errands = 0;      // edits and commands
  };

  // Both must outlive it.
  Correspondence(DocumentTable& table, Graveyard& graveyard)
      : table_(table), graveyard_(graveyard) {}

  // What gateways asked in frames that are committed by now.
  void note(std::vector<Question> questions);
  // A gateway that may have heard of changes elsewhere: a comparison with it is due, unless
  // somebody began one a moment ago.
  void greet(std::int64_t gateway_id) { to_compare_.insert(gateway_id); }

  // Everything that is to be said now, those of before among it until sent().
  const std::vector<Letter>& letters(UtcTime now);
  void sent() { letters_.clear(); }

  const Counts& counts() const { return counts_; }

 private:
  void answer(UtcTime now);
  void compare(UtcTime now);
  void run_errands(UtcTime now);
  void address(std::int64_t gateway_id, std::vector<std::string> payloads);

  DocumentTable& table_;
  Graveyard& graveyard_;
  std::vector<Question> questions_;
  std::set<std::int64_t> to_compare_;
  UtcTime errands_at_;
  std::vector<Letter> letters_;
  Counts counts_;
};

}  // namespace hf::hub
