#include "platform/sim/mqtt/hub.h"

#include <algorithm>

#include "vocabulary/bytes.h"

namespace hf::sim {
namespace {

constexpr Duration kLook = milliseconds(500);  // whether a receipt is due

constexpr wire::TopicClass kFromGateways[] = {
    wire::TopicClass::frames, wire::TopicClass::live,   wire::TopicClass::alert,
    wire::TopicClass::state,  wire::TopicClass::health, wire::TopicClass::command_result};

}  // namespace

std::vector<wire::PositionRun> RowRuns::add(std::uint64_t first, std::uint64_t end) {
  std::vector<wire::PositionRun> added;
  std::uint64_t from = first;
  std::uint64_t to = end;
  auto run = runs_.upper_bound(first);
  if (run != runs_.begin() && std::prev(run)->second >= first) --run;
  std::uint64_t at = first;
  while (run != runs_.end() && run->first <= end) {
    if (run->first > at) added.push_back({at, run->first});
    at = std::max(at, run->second);
    from = std::min(from, run->first);
    to = std::max(to, run->second);
    run = runs_.erase(run);
  }
  if (at < end) added.push_back({at, end});
  if (from < to) runs_[from] = to;
  return added;
}

bool RowRuns::contains(std::uint64_t at) const {
  const auto run = runs_.upper_bound(at);
  return run != runs_.begin() && std::prev(run)->second > at;
}

std::uint64_t RowRuns::count() const {
  std::uint64_t count = 0;
  for (const auto& [first, end] : runs_) count += end - first;
  return count;
}

std::uint64_t RowRuns::watermark() const {
  return runs_.empty() || runs_.begin()->first > 0 ? 0 : runs_.begin()->second;
}

std::uint64_t RowRuns::through() const { return runs_.empty() ? 0 : runs_.rbegin()->second; }

std::vector<wire::PositionRun> RowRuns::holes() const {
  std::vector<wire::PositionRun> holes;
  std::uint64_t at = 0;
  for (const auto& [first, end] : runs_) {
    if (first > at) holes.push_back({at, first});
    at = end;
  }
  return holes;
}

Hub::Hub(Agenda& agenda, Broker& broker, std::uint64_t seed, std::string root)
    : agenda_(agenda), broker_(broker), random_(seed), root_(std::move(root)) {
  for (const auto topic_class : kFromGateways) {
    wire::TopicFilter filter;
    HF_ASSERT(is_ok(wire::write_filter({}, root_, topic_class, filter)));
    broker_.attach(std::string{filter.view()},
                   [this](const std::string&, const BrokerMessage& message) { take(message); });
  }
}

void Hub::leave(bool broker_keeps) {
  commit();
  is_running_ = false;
  broker_keeps_ = broker_keeps;
}

void Hub::kill(bool broker_keeps) {
  is_running_ = false;
  broker_keeps_ = broker_keeps;
  if (broker_keeps) {
    waiting_ = std::move(staged_);
  } else {
    counters_.lost_at_kill += staged_.size();
  }
  staged_.clear();
}

void Hub::come_back() {
  is_running_ = true;
  for (; !waiting_.empty(); waiting_.pop_front()) staged_.push_back(std::move(waiting_.front()));
  commit();
  for (auto& [id, gateway] : gateways_) send_receipts(id, gateway);
}

const Hub::Lane* Hub::find(const std::string& gateway, std::uint64_t stream,
                           wire::Lane lane) const {
  const auto known = gateways_.find(gateway);
  if (known == gateways_.end()) return nullptr;
  const auto found = known->second.lanes.find({stream, lane});
  return found == known->second.lanes.end() ? nullptr : &found->second;
}

void Hub::take(const BrokerMessage& message) {
  wire::ParsedTopic topic;
  const bool is_frame = is_ok(wire::parse_topic(message.topic, topic)) &&
                        topic.topic_class != wire::TopicClass::health;
  if (is_frame && random_.chance(manners_.loses_frames_percent, 100)) return;
  Arrived arrived{.topic = message.topic, .payload = message.payload, .at = agenda_.now()};
  if (!is_running_) {
    if (broker_keeps_) waiting_.push_back(std::move(arrived));
    return;
  }
  staged_.push_back(std::move(arrived));
  if (is_committing_) return;
  is_committing_ = true;
  agenda_.after(manners_.commits_after, [this] {
    is_committing_ = false;
    if (is_running_) commit();
  });
}

void Hub::commit() {
  for (; !staged_.empty(); staged_.pop_front()) keep(staged_.front());
  if (on_commit) on_commit();
  tell_when_due();
}

void Hub::keep(const Arrived& arrived) {
  wire::ParsedTopic topic;
  if (!is_ok(wire::parse_topic(arrived.topic, topic))) {
    ++counters_.bad;
    return;
  }
  switch (topic.topic_class) {
    case wire::TopicClass::health: return hear(topic, text_of(arrived.payload));
    case wire::TopicClass::command_result: return;
    default: return keep_frame(topic, arrived);
  }
}

void Hub::keep_frame(const wire::ParsedTopic& topic, const Arrived& arrived) {
  wire::OpenedFrame opened;
  if (!is_ok(wire::open_frame(arrived.payload, opened))) {
    ++counters_.bad;
    return;
  }
  ++counters_.frames;
  const wire::FrameHeader& header = opened.header;
  Gateway& gateway = gateways_[std::string{topic.owner.gateway}];
  gateway.tenant = topic.owner.tenant;
  gateway.bytes_since_receipt += arrived.payload.size();
  gateway.is_owed = true;
  if (header.kind == wire::FrameKind::gap) {
    wire::GapRecord gap;
    if (is_ok(wire::read_gap(opened, gap)) && gap.stands_for_positions()) {
      Lane& about = gateway.lanes[{header.stream, gap.lane}];
      about.declared.add(gap.from, gap.to);
      about.both.add(gap.from, gap.to);
    }
  }
  Lane& lane = gateway.lanes[{header.stream, wire::lane_of(header.kind)}];
  const std::uint64_t end = header.position + header.row_count;
  Stored stored{.gateway = std::string{topic.owner.gateway},
                .topic_class = topic.topic_class,
                .header = header,
                .frame = arrived.payload,
                .rows = lane.rows.add(header.position, end),
                .sent_at = arrived.at};
  lane.both.add(header.position, end);
  std::uint64_t new_rows = 0;
  for (const auto& run : stored.rows) new_rows += run.end - run.first;
  counters_.rows_new += new_rows;
  counters_.rows_again += header.row_count - new_rows;
  if (new_rows > 0 && on_rows) on_rows(stored);
}

void Hub::hear(const wire::ParsedTopic& topic, std::string_view text) {
  std::vector<std::byte> memory(wire::kHealthMemoryBytes);
  wire::HealthMessage health;
  if (!is_ok(wire::read_health(text, memory, health)) || health.gateway != topic.owner.gateway) {
    ++counters_.bad;
    return;
  }
  ++counters_.health;
  const std::string id{topic.owner.gateway};
  Gateway& gateway = gateways_[id];
  gateway.tenant = topic.owner.tenant;
  gateway.is_online = health.online;
  if (!health.online) return;
  gateway.receipt_every = health.receipt_every;
  gateway.receipt_bytes = health.receipt_bytes;
  if (!health.streams.empty()) {
    for (auto& [key, lane] : gateway.lanes) {
      lane.has_ended = std::ranges::find(health.streams, key.first) == health.streams.end();
    }
  }
  if (health.ask) send_receipts(id, gateway);
}

// By time or by bytes, whichever comes first.
void Hub::tell_when_due() {
  if (!is_running_) return;
  bool is_owed = false;
  for (auto& [id, gateway] : gateways_) {
    const bool is_due = agenda_.now() - gateway.receipt_sent_at >= gateway.receipt_every ||
                        gateway.bytes_since_receipt >= gateway.receipt_bytes;
    if (gateway.is_owed && is_due) send_receipts(id, gateway);
    is_owed = is_owed || gateway.is_owed;
  }
  if (!is_owed || is_watching_) return;
  is_watching_ = true;
  agenda_.after(kLook, [this] {
    is_watching_ = false;
    tell_when_due();
  });
}

void Hub::send_receipts(const std::string& id, Gateway& gateway) {
  gateway.is_owed = false;
  gateway.bytes_since_receipt = 0;
  gateway.receipt_sent_at = agenda_.now();
  if (!manners_.sends_receipts) return;
  std::vector<std::byte> bytes(wire::kReceiptBytesMax);
  wire::ReceiptWriter writer(bytes);
  for (const auto& [key, lane] : gateway.lanes) {
    std::vector<wire::PositionRun> holes = lane.both.holes();
    std::uint64_t through = lane.both.through();
    if (holes.size() > wire::kReceiptHolesMax) {
      holes.resize(wire::kReceiptHolesMax);
      through = holes.back().end;
    }
    const std::uint64_t watermark = lane.both.watermark();
    if (!is_ok(writer.add({.stream = key.first,
                           .lane = key.second,
                           .watermark = watermark,
                           .through = std::max(through, watermark),
                           .holes = holes}))) {
      break;
    }
  }
  const auto size = writer.finish();
  if (!size.ok()) return;
  bytes.resize(size.value());
  send_receipt(id, std::move(bytes));
}

void Hub::send_receipt(const std::string& id, std::vector<std::byte> payload) {
  ++counters_.receipts;
  counters_.receipt_bytes += payload.size();
  if (random_.chance(manners_.repeats_receipts_percent, 100)) {
    const auto later = milliseconds(random_.between(0, manners_.repeated_after.ms));
    agenda_.after(later, [this, id, payload] { send(id, wire::TopicClass::receipt, payload); });
  }
  if (random_.chance(manners_.loses_receipts_percent, 100)) return;
  send(id, wire::TopicClass::receipt, std::move(payload));
}

void Hub::send(const std::string& gateway, wire::TopicClass topic_class,
               std::vector<std::byte> payload) {
  const auto known = gateways_.find(gateway);
  if (known == gateways_.end()) return;
  wire::TopicName topic;
  const wire::TopicOwner owner{.root = root_, .tenant = known->second.tenant, .gateway = gateway};
  if (!is_ok(wire::write_topic(owner, topic_class, topic))) return;
  BrokerMessage message;
  message.topic = std::string{topic.view()};
  message.payload = std::move(payload);
  broker_.send(message);
}

}  // namespace hf::sim
