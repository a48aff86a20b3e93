#include "tools/hub/reading/gateway_clock.h"

#include <algorithm>

namespace hf::hub {
namespace {

constexpr Uptime kUptimeMost{days(36'600).ms};
constexpr std::size_t kBootsHeard = 1024;  // of a gateway whose frames are read as they come

// A crystal drifts by 500 ppm at most: a day in five years.
constexpr Duration kMargin = days(1);

}  // namespace

GatewayClock::GatewayClock(Archive& archive, std::int64_t gateway_id)
    : boots_(archive.boots(gateway_id)), anchors_(archive.anchors(gateway_id, memory_)) {}

GatewayClock::GatewayClock() : memory_(kBootsHeard), anchors_(memory_) {}

stores::UtcSpan GatewayClock::place(BootId boot, Uptime uptime) const {
  stores::UtcSpan span;
  if (!is_ok(anchors_.place(boot, uptime, span))) return {};
  return span;
}

std::vector<Archive::Within> GatewayClock::within(const UtcRange& range) const {
  std::vector<Archive::Within> found;
  for (const BootId boot : boots_) {
    const stores::UtcSpan start = place(boot, Uptime{0});
    if (range.is_all()) {
      found.push_back({boot, Uptime{0}, kUptimeMost});
      continue;
    }
    if (start.quality == TimeQuality::unset) continue;
    const auto uptime_at = [&](UtcTime at, Duration margin) {
      const UtcTime bounded{std::min(at.ms, start.likely.ms + kUptimeMost.ms)};
      return Uptime{
          std::clamp<std::int64_t>((bounded - start.likely).ms + margin.ms, 0, kUptimeMost.ms)};
    };
    const Uptime to = uptime_at(range.to, kMargin);
    if (to.ms > 0) found.push_back({boot, uptime_at(range.from, {-kMargin.ms}), to});
  }
  return found;
}

void GatewayClock::hear(BootId boot, Uptime uptime) {
  anchors_.begin_boot(boot);
  anchors_.hear(boot, uptime);
}

void GatewayClock::add(const stores::Anchor& anchor) {
  anchors_.begin_boot(anchor.boot);
  static_cast<void>(is_ok(anchors_.add(anchor)));  // what cannot be helps nobody
}

}  // namespace hf::hub
