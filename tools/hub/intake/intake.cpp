#include "tools/hub/intake/intake.h"

#include "vocabulary/bytes.h"
#include "wire/channel/control_line.h"
#include "wire/json/json_reader.h"
#include "wire/uplink/command.h"

namespace hf::hub {
namespace {

constexpr std::size_t kResultBytesMax =
    wire::kControlAnswerBytesMax + wire::kCommandResultHeadBytes;
constexpr std::size_t kResultMemoryBytes = 100 * kResultBytesMax;  // the worst: a list of digits

}  // namespace

void Intake::take(const Message& message, Batch& batch) {
  wire::ParsedTopic topic;
  const bool is_ours = is_ok(wire::parse_topic(message.topic, topic)) && topic.owner.root == root_;
  if (!is_ours) return refuse(Refused::no_topic);
  ++counts_.messages[static_cast<std::size_t>(topic.topic_class)];
  counts_.bytes += message.payload.size();
  const GatewayName from{std::string{topic.owner.tenant}, std::string{topic.owner.gateway}};
  switch (topic.topic_class) {
    case wire::TopicClass::frames:
    case wire::TopicClass::live:
    case wire::TopicClass::alert:
    case wire::TopicClass::state: return take_frame(from, message.payload, batch);
    case wire::TopicClass::health: return take_health(from, message.payload, batch);
    case wire::TopicClass::command_result: return take_result(from, message.payload, batch);
    default: break;
  }
}

void Intake::take_frame(const GatewayName& from, std::string_view payload, Batch& batch) {
  FrameArrival arrival{from, {}};
  const auto refused = checker_.check(bytes_of(payload), arrival.frame);
  if (refused) return refuse(*refused);
  batch.frames.push_back(std::move(arrival));
}

void Intake::take_result(const GatewayName& from, const std::string& payload, Batch& batch) {
  if (payload.size() > kResultBytesMax) return refuse(Refused::bad_result);
  result_memory_.resize(kResultMemoryBytes);
  wire::JsonReader json(result_memory_);
  const bool is_sound = is_ok(json.read(payload)) && is_identifier(json.root().find("id").text());
  if (!is_sound) return refuse(Refused::bad_result);
  batch.results.push_back({from, std::string{json.root().find("id").text()}, payload});
}

void Intake::take_health(const GatewayName& from, const std::string& payload, Batch& batch) {
  wire::HealthMessage said;
  const bool is_sound = payload.size() <= wire::kHealthBytesMax &&
                        is_ok(wire::read_health(payload, health_memory_, said)) &&
                        said.gateway == from.gateway;
  if (!is_sound) return refuse(Refused::bad_health);
  HealthArrival arrival;
  arrival.from = from;
  arrival.text = payload;
  arrival.is_online = said.online;
  arrival.asks = said.ask && said.online;
  arrival.streams.assign(said.streams.begin(), said.streams.end());
  arrival.receipt_every_ms = said.receipt_every.ms;
  arrival.receipt_bytes = static_cast<std::int64_t>(said.receipt_bytes);
  if (said.activity_number > 0) {
    arrival.chain = {.boot = said.boot.value,
                     .uptime_ms = said.uptime.ms,
                     .number = said.activity_number,
                     .digest = std::string{said.activity_digest}};
  }
  arrival.is_whole = said.boot != BootId{};
  batch.healths.push_back(std::move(arrival));
}

}  // namespace hf::hub
