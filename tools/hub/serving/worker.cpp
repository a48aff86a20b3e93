#include "tools/hub/serving/worker.h"

#include <algorithm>

#include "vocabulary/bytes.h"
#include "wire/uplink/receipt.h"

namespace hf::hub {
namespace {

// Who was silent for longer is told when it is heard of again.
constexpr Duration kGreetedSince = days(2);

void add(Kept& sum, const Kept& more) {
  sum.frames += more.frames;
  sum.repeated += more.repeated;
  sum.rows += more.rows;
  sum.readings += more.readings;
  sum.rows_declared += more.rows_declared;
  sum.rows_reserved += more.rows_reserved;
  sum.fragmented += more.fragmented;
  sum.unknown_gateways += more.unknown_gateways;
  sum.unknown_streams += more.unknown_streams;
  sum.mirrored.merged += more.mirrored.merged;
  sum.mirrored.known += more.mirrored.known;
  sum.mirrored.ahead_of_time += more.mirrored.ahead_of_time;
  sum.mirrored.lost += more.mirrored.lost;
}

// The first holes only, where there are more than a receipt takes: what is behind is not spoken of.
wire::ReceiptEntry entry_of(const KnownLane& lane, const Coverage& coverage,
                            std::vector<wire::PositionRun>& holes) {
  holes.clear();
  Position through = coverage.through();
  for (const Interval& hole : coverage.holes(lane.watermark, wire::kReceiptHolesMax + 1)) {
    if (holes.size() == wire::kReceiptHolesMax) {
      through = hole.first;
      break;
    }
    holes.push_back({hole.first, hole.end});
  }
  const Position watermark = coverage.next_unheard(lane.watermark);
  return {.stream = lane.stream,
          .lane = lane.lane,
          .watermark = watermark,
          .through = std::max(through, watermark),
          .holes = holes};
}

}  // namespace

Worker::Worker(Sql& sql, const WorkerSettings& settings)
    : sql_(sql),
      settings_(settings),
      intake_(settings.root),
      keeper_(sql, settings.seed, settings.limits),
      archive_(sql),
      table_(sql),
      graveyard_(sql),
      correspondence_(table_, graveyard_),
      retention_(sql, settings.keep) {}

void Worker::commit(UtcTime now) {
  if (!batch_.empty()) keep(now);
  note_refusals(now);
}

void Worker::keep(UtcTime now) {
  Kept kept = keeper_.keep(batch_, now);
  batch_ = {};
  ++counts_.batches;
  intake_.refuse(Refused::fragmented, kept.fragmented);
  intake_.refuse(Refused::too_many_gateways, kept.unknown_gateways);
  intake_.refuse(Refused::too_many_streams, kept.unknown_streams);
  intake_.refuse(Refused::too_many_documents, kept.mirrored.beyond);
  intake_.refuse(Refused::bad_document, kept.mirrored.unreadable);
  std::ranges::copy(kept.broken_chains, std::back_inserter(broken_chains_));
  correspondence_.note(std::move(kept.mirrored.questions));
  for (const Touched& each : kept.touched) {
    const auto gateway = archive_.gateway(each.gateway_id);
    if (!gateway) continue;
    schedule_.note(each.gateway_id, each.bytes, each.asks,
                   {gateway->receipt_every, gateway->receipt_bytes}, now);
  }
  add(counts_.kept, kept);
}

void Worker::note_refusals(UtcTime now) {
  std::map<std::string_view, std::uint64_t> times;
  const auto& refused = intake_.counts().refused;
  for (std::size_t i = 0; i < refused.size(); ++i) {
    if (refused[i] == refusals_noted_[i]) continue;
    times[to_text(static_cast<Refused>(i))] = refused[i] - refusals_noted_[i];
  }
  if (times.empty()) return;
  keeper_.note_refusals(times, now);
  refusals_noted_ = refused;
}

void Worker::greet(UtcTime now) {
  for (const KnownGateway& each : archive_.gateways()) {
    if (now - each.last_seen > kGreetedSince) continue;
    schedule_.note(each.id, 0, true, {each.receipt_every, each.receipt_bytes}, now);
    if (each.is_online) correspondence_.greet(each.id);
  }
}

std::vector<Outgoing> Worker::messages(UtcTime now) {
  std::vector<Outgoing> out;
  for (const Letter& letter : correspondence_.letters(now)) {
    const auto gateway = archive_.gateway(letter.gateway_id);
    if (!gateway) continue;
    const std::int64_t left_s = std::max<std::int64_t>((letter.expires - now).ms / 1000, 1);
    out.push_back({.topic = topic_of(gateway->name, letter.topic_class),
                   .payload = letter.payload,
                   .expires_s = letter.errand_id == 0 ? kReceiptExpiryS : static_cast<int>(left_s),
                   .errand_id = letter.errand_id});
  }
  correspondence_.sent();
  return out;
}

std::string Worker::topic_of(const GatewayName& name, wire::TopicClass topic_class) const {
  wire::TopicName topic;
  const wire::TopicOwner owner{settings_.root, name.tenant, name.gateway};
  const Status status = wire::write_topic(owner, topic_class, topic);
  HF_ASSERT(is_ok(status));  // names were checked when they came
  return std::string{topic.view()};
}

std::vector<Outgoing> Worker::receipts(UtcTime now) {
  const ReceiptSchedule::Due due = schedule_.due(now);
  std::vector<Archive::Claim> claims;
  for (const std::int64_t id : due.at_once) claims.push_back({id, {}, true});
  for (const std::int64_t id : due.by_time) {
    const UtcTime told = archive_.told(id);
    if (schedule_.is_still_due(id, told, now)) claims.push_back({id, told, false});
  }
  std::vector<Outgoing> out;
  if (claims.empty()) return out;
  for (const std::int64_t id : archive_.claim(claims, now)) {
    write_receipts(id, out);
    schedule_.told(id, now);
  }
  return out;
}

void Worker::write_receipts(std::int64_t gateway_id, std::vector<Outgoing>& out) {
  const auto gateway = archive_.gateway(gateway_id);
  if (!gateway) return;
  const std::string topic = topic_of(gateway->name, wire::TopicClass::receipt);
  std::array<std::byte, wire::kReceiptBytesMax> bytes;
  wire::ReceiptWriter writer(bytes);
  const auto send = [&] {
    const Result<std::uint32_t> length = writer.finish();
    if (!length.ok()) return;
    const auto text = text_of(std::span{bytes}.first(length.value()));
    out.push_back({.topic = topic, .payload = std::string{text}});
    ++counts_.receipts;
  };
  std::vector<wire::PositionRun> holes;
  for (const KnownLane& lane : archive_.lanes(gateway_id)) {
    const Coverage coverage(archive_.runs(lane.id, lane.watermark));
    if (lane.is_ended || coverage.through() == 0) continue;
    const wire::ReceiptEntry entry = entry_of(lane, coverage, holes);
    if (is_ok(writer.add(entry))) continue;
    send();
    writer = wire::ReceiptWriter(bytes);
    static_cast<void>(is_ok(writer.add(entry)));
  }
  send();
}

}  // namespace hf::hub
