#include "stores/anchors/anchors.h"

#include <algorithm>
#include <cstdlib>

namespace hf::stores {
namespace {

constexpr UtcTime kDawn{0};                              // nothing of ours is older than 1970 …
constexpr UtcTime kDusk{253'402'300'799'000};            // … or younger than the year 9999
constexpr std::int64_t kUptimeMostMs = days(36'600).ms;  // no board stays up for a century

std::int64_t drift_over(Duration time) {
  constexpr std::int64_t kMillion = 1'000'000;
  return std::abs(time.ms) * kDriftPpmMax / kMillion;
}

// Sums and products of sound anchors never overflow.
bool is_sound(const Anchor& anchor) {
  return anchor.quality != TimeQuality::unset && kDawn <= anchor.utc && anchor.utc <= kDusk &&
         0 <= anchor.uptime.ms && anchor.uptime.ms <= kUptimeMostMs && 0 <= anchor.error.ms &&
         anchor.error <= days(366);
}

UtcTime clamped(std::int64_t ms) { return {std::clamp(ms, kDawn.ms, kDusk.ms)}; }

// As that anchor alone has it, with the doubt that drift adds the further away it is.
UtcSpan by_one(const Anchor& anchor, Uptime uptime) {
  const Duration away = uptime - anchor.uptime;
  const std::int64_t likely = anchor.utc.ms + away.ms;
  const std::int64_t doubt = anchor.error.ms + drift_over(away);
  return {clamped(likely - doubt), clamped(likely), clamped(likely + doubt), anchor.quality};
}

// Whether one steady clock can have been right at both.
bool agree(const Anchor& earlier, const Anchor& later) {
  const Duration up = later.uptime - earlier.uptime;
  const Duration day = later.utc - earlier.utc;
  return std::abs(day.ms - up.ms) <= drift_over(up) + earlier.error.ms + later.error.ms;
}

UtcSpan by_two(const Anchor& earlier, const Anchor& later, Uptime uptime) {
  if (!agree(earlier, later)) return by_one(earlier, uptime);
  const std::int64_t up_s = (later.uptime - earlier.uptime).ms / 1000;
  const Duration since = uptime - earlier.uptime;
  const std::int64_t gained = ((later.utc - earlier.utc) - (later.uptime - earlier.uptime)).ms;
  const std::int64_t share = up_s == 0 ? 0 : gained * (since.ms / 1000) / up_s;
  const std::int64_t likely = earlier.utc.ms + since.ms + share;
  const std::int64_t doubt = std::max(earlier.error.ms, later.error.ms) + std::abs(gained);
  return {clamped(likely - doubt), clamped(likely), clamped(likely + doubt), earlier.quality};
}

}  // namespace

Anchors::Anchors(std::span<BootAnchors> memory) : boots_(memory) { HF_ASSERT(boots_.size() >= 2); }

void Anchors::begin_boot(BootId boot) {
  if (find(boot) != nullptr) return;
  if (count_ == boots_.size()) {
    std::copy(boots_.begin() + 1, boots_.end(), boots_.begin());
    --count_;
    ++boots_forgotten_;
  }
  boots_[count_] = BootAnchors{};
  boots_[count_++].boot = boot;
}

void Anchors::hear(BootId boot, Uptime uptime) {
  if (BootAnchors* known = find(boot)) known->last_heard = std::max(known->last_heard, uptime);
}

Status Anchors::add(const Anchor& anchor) {
  if (!is_sound(anchor)) return Status::invalid;
  BootAnchors* known = find(anchor.boot);
  if (known == nullptr) return Status::not_found;
  hear(anchor.boot, anchor.uptime);
  if (known->count > 0) {
    const TimeQuality best = known->anchors[0].quality;
    if (anchor.quality < best) return Status::ok;
    if (anchor.quality > best) known->count = 0;
  }
  insert(*known, anchor);
  return Status::ok;
}

Status Anchors::place(BootId boot, Uptime uptime, UtcSpan& span) const {
  const BootAnchors* known = find(boot);
  if (known == nullptr) return Status::not_found;
  if (known->count == 0) {
    span = between_neighbours(*known, uptime);
    return Status::ok;
  }
  const Anchor* begin = known->anchors;
  const Anchor* end = begin + known->count;
  const Anchor* later =
      std::find_if(begin, end, [uptime](const Anchor& anchor) { return anchor.uptime > uptime; });
  if (later == begin) {
    span = by_one(*begin, uptime);
  } else if (later == end) {
    span = by_one(end[-1], uptime);
  } else {
    span = by_two(later[-1], *later, uptime);
  }
  return Status::ok;
}

const BootAnchors* Anchors::find(BootId boot) const {
  const auto known = boots_.first(count_);
  const auto found = std::find_if(known.begin(), known.end(),
                                  [boot](const BootAnchors& b) { return b.boot == boot; });
  return found == known.end() ? nullptr : &*found;
}

BootAnchors* Anchors::find(BootId boot) {
  return const_cast<BootAnchors*>(static_cast<const Anchors*>(this)->find(boot));
}

void Anchors::insert(BootAnchors& known, const Anchor& anchor) {
  Anchor* begin = known.anchors;
  Anchor* end = begin + known.count;
  Anchor* place =
      std::find_if(begin, end, [&](const Anchor& other) { return other.uptime >= anchor.uptime; });
  if (place != end && place->uptime == anchor.uptime) {
    *place = anchor;  // the later word on the same moment
    return;
  }
  std::copy_backward(place, end, end + 1);
  *place = anchor;
  if (++known.count > kAnchorsPerBootMax) thin(known);
}

void Anchors::thin(BootAnchors& known) {
  Anchor* cheapest = known.anchors + 1;  // to lose: the one whose neighbours are closest together
  for (Anchor* each = cheapest; each + 1 < known.anchors + known.count; ++each) {
    if (each[1].uptime - each[-1].uptime < cheapest[1].uptime - cheapest[-1].uptime)
      cheapest = each;
  }
  std::copy(cheapest + 1, known.anchors + known.count, cheapest);
  --known.count;
  ++anchors_thinned_;
}

UtcSpan Anchors::between_neighbours(const BootAnchors& known, Uptime uptime) const {
  UtcSpan span{.earliest = kDawn, .likely = kDawn, .latest = kDusk};
  const auto index = static_cast<std::size_t>(&known - boots_.data());
  UtcSpan neighbour;
  std::int64_t lived_since_ms =
      uptime.ms;  // what must fit between the earlier boot and this moment
  for (std::size_t i = index; i-- > 0;) {
    const BootAnchors& earlier = boots_[i];
    if (earlier.count > 0 && is_ok(place(earlier.boot, earlier.last_heard, neighbour))) {
      span.earliest = clamped(neighbour.earliest.ms + lived_since_ms);
      break;
    }
    lived_since_ms += earlier.last_heard.ms;
  }
  std::int64_t lived_until_ms = known.last_heard.ms - uptime.ms;
  for (std::size_t i = index + 1; i < count_; ++i) {
    const BootAnchors& later = boots_[i];
    if (later.count > 0 && is_ok(place(later.boot, Uptime{0}, neighbour))) {
      span.latest = clamped(neighbour.latest.ms - lived_until_ms);
      break;
    }
    lived_until_ms += later.last_heard.ms;
  }
  span.likely = span.latest == kDusk ? span.earliest : span.latest;  // boards come back soon
  return span;
}

}  // namespace hf::stores
