// The clock of one gateway, as its anchors tell it: when something happened, and where in its boots
// a time of day lies. The same code answers on the gateway (src/stores/anchors).
#pragma once

#include <vector>

#include "stores/anchors/anchors.h"
#include "tools/hub/storage/archive.h"

namespace hf::hub {

struct UtcRange {
  UtcTime from{0};
  UtcTime to{INT64_MAX};  // not in it
  bool is_all() const { return from.ms <= 0 && to.ms == INT64_MAX; }
  bool contains(UtcTime at) const { return at >= from && at < to; }
};

class GatewayClock {
 public:
  // As the store has it now.
  GatewayClock(Archive& archive, std::int64_t gateway_id);
  // Without a store: what is told.
  GatewayClock();
  GatewayClock(const GatewayClock&) = delete;
  GatewayClock& operator=(const GatewayClock&) = delete;

  // As Anchors. A boot never heard of: quality unset, and no bounds.
  stores::UtcSpan place(BootId boot, Uptime uptime) const;

  // What of each boot may lie in `range`, and a little more: ask place() for each row. A boot that
  // nobody can place is in no range but the one of all time.
  std::vector<Archive::Within> within(const UtcRange& range) const;

  // For who reads frames as they come.
  void hear(BootId boot, Uptime uptime);
  void add(const stores::Anchor& anchor);

 private:
  std::vector<BootId> boots_;
  std::vector<stores::BootAnchors> memory_;
  stores::Anchors anchors_;
};

}  // namespace hf::hub
