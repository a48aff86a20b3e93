// What comes down.
#include <array>

#include "flows/uplink/uplink.h"

namespace hf::flows {

using stores::queue::Interval;

void Uplink::take_message(const hal::LinkEvent& event, Uptime now) {
  for (const auto topic_class :
       {wire::TopicClass::receipt, wire::TopicClass::state_down, wire::TopicClass::command}) {
    const auto index = static_cast<std::size_t>(topic_class);
    if (event.topic != topics_[index].view()) continue;
    ++parts_.counts.messages[index];
    parts_.counts.bytes[index] += event.payload.size();
    if (topic_class == wire::TopicClass::receipt) {
      if (!is_ok(take_receipt(event.payload, now))) ++parts_.counts.receipts_bad;
    } else if (inbox_ == nullptr || !is_ok(inbox_->take(topic_class, event.payload, now))) {
      ++parts_.counts.inbox_refused;
    }
    return;
  }
  ++parts_.counts.unreadable;
}

// ok: each entry was looked at.  Else nothing of it was believed.
Status Uplink::take_receipt(std::span<const std::byte> payload, Uptime now) {
  wire::ReceiptReader reader;
  HF_TRY(reader.open(payload));
  ++parts_.counts.receipts;
  last_receipt_ = now;
  std::array<wire::PositionRun, wire::kReceiptHolesMax> holes;
  for (wire::ReceiptEntry entry; is_ok(reader.next(holes, entry));) believe(entry, now);
  // The hub has said what it has: nothing need wait for that any longer.
  backlog_from_ = now;
  return Status::ok;
}

void Uplink::believe(const wire::ReceiptEntry& entry, Uptime now) {
  std::array<Interval, wire::kReceiptHolesMax> holes;
  for (std::size_t i = 0; i < entry.holes.size(); ++i) {
    holes[i] = {entry.holes[i].first, entry.holes[i].end};
  }
  const stores::Receipt receipt{.stream = entry.stream,
                                .lane = entry.lane,
                                .watermark = entry.watermark,
                                .through = entry.through,
                                .holes = std::span{holes}.first(entry.holes.size())};
  const Status status = parts_.queue.acknowledge(receipt, now);
  // Full: the queue remembers less than the hub said, and offers the rest again.
  if (is_ok(status) || status == Status::full) {
    watch_.confirm(entry, now);
  } else {
    ++parts_.counts.receipts_bad;
  }
}

}  // namespace hf::flows
