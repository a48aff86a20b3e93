#include "gateway/arrivals.h"

#include <algorithm>

#include "vocabulary/bytes.h"

namespace hf::gateway {

Status Arrivals::take(wire::TopicClass topic_class, std::span<const std::byte> payload,
                      Uptime now) {
  if (topic_class != wire::TopicClass::command) return beyond_.take(topic_class, payload, now);
  if (has_command_) return Status::full;
  const Status status = wire::read_command(text_of(payload), memory_, command_);
  if (!is_ok(status)) return Status::invalid;
  const stores::Commands::Known known = begun_.find(command_.id.view());
  if (was_seen(command_.id) || known == stores::Commands::Known::yes) return Status::ok;
  was_begun_before_ = known == stores::Commands::Known::from_before;
  seen_[seen_count_++ % kIdsRemembered] = command_.id;
  has_command_ = true;
  return Status::ok;
}

Arrivals::Due Arrivals::due(const UtcReading& now) const {
  if (was_begun_before_) {
    return {.line = {},
            .refusal = R"({"ok":false,"status":"stale","text":"it was begun before the gateway's )"
                       R"(last start, and is not begun again: look whether it was done"})"};
  }
  if (!command_.has_expiry) return {.line = command_.line.view(), .refusal = {}};
  if (now.quality < TimeQuality::coarse) {
    return {.line = {},
            .refusal = R"({"ok":false,"status":"busy","text":"the time of day is not known yet"})"};
  }
  if (now.at > command_.expires) {
    return {.line = {},
            .refusal = R"({"ok":false,"status":"stale","text":"its last moment has passed"})"};
  }
  return {.line = command_.line.view(), .refusal = {}};
}

void Arrivals::begin(const UtcReading& now) {
  const UtcTime expires = command_.has_expiry ? command_.expires : UtcTime{INT64_MAX};
  static_cast<void>(is_ok(begun_.begin(command_.id.view(), expires, now)));  // as it says there
}

bool Arrivals::was_seen(const wire::CommandId& id) const {
  return std::ranges::find(seen_, id) != seen_.end();
}

}  // namespace hf::gateway
