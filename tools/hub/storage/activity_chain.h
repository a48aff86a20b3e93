// What gateways said of the chain of their activity (docs/formats/activity.md): the newest entry
// and the digest that everything before it hangs on. Whoever edits the file on a gateway cannot
// edit what was said here before.
//
//   H1  A chain whose newest entry has a lower number than was said before has gone back; one that
//       says another digest for the same entry has forked. Both stay told until somebody accepts.
//   H2  A message that comes late or twice is neither.
//
// A number that grows proves nothing about what lies before it: the gateway can be asked whether
// an entry still has the digest that it had (the verb activity.verify).
//
// Everything may throw a Failure. REQUIRES of each that writes: a transaction.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tools/hub/storage/sql.h"
#include "vocabulary/time.h"

namespace hf::hub {

struct ChainSaid {
  std::uint64_t boot = 0;
  std::int64_t uptime_ms = 0;
  std::uint64_t number = 0;
  std::string digest;  // hex
};

enum class ChainFault : std::int64_t { none = 0, went_back = 1, forked = 2 };

struct KnownChain {
  ChainSaid last;
  ChainFault fault = ChainFault::none;  // the first since somebody accepted
  std::uint64_t fault_from = 0;         // the newest entry before it
  std::uint64_t fault_to = 0;           // and what was said then
  UtcTime fault_at;
};
// "went back from entry 812 to 3", "has another digest for entry 812 than before".
std::string chain_text(const KnownChain& chain);

class ActivityChain {
 public:
  // `sql` must outlive it.
  explicit ActivityChain(Sql& sql) : sql_(sql) {}

  // What it is a fault of; none also for what is late.
  ChainFault hear(std::int64_t gateway_id, const ChainSaid& said, UtcTime now);

  std::optional<KnownChain> find(std::int64_t gateway_id);
  // What there is now is to be gone on from: a card was replaced. False: there was no fault.
  bool accept(std::int64_t gateway_id);

 private:
  Sql& sql_;
};

}  // namespace hf::hub
