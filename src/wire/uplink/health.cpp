#include "wire/uplink/health.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "wire/channel/json_writer.h"
#include "wire/json/json_reader.h"

namespace hf::wire {
namespace {

constexpr std::uint32_t kVersion = 1;
// Takes what members say, and remembers whether one said what cannot be meant.
struct Taking {
  HealthMessage& message;
  bool is_sound = true;

  std::int64_t whole(JsonValue value) {
    const Result<std::int64_t> number = value.integer();
    is_sound = is_sound && number.ok();
    return number.value_or(0);
  }
  std::uint64_t count(JsonValue value) {
    const std::int64_t number = whole(value);
    is_sound = is_sound && number >= 0;
    return static_cast<std::uint64_t>(number);
  }
  Duration duration(JsonValue value) {
    return milliseconds(static_cast<std::int64_t>(count(value)));
  }
  bool flag(JsonValue value) {
    is_sound = is_sound && value.kind() == JsonKind::boolean;
    return value.boolean();
  }
  std::string_view text(JsonValue value) {
    is_sound = is_sound && value.kind() == JsonKind::text;
    return value.text();
  }
  std::uint64_t hex(JsonValue value) {
    const std::string_view digits = value.text();
    std::uint64_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    is_sound = is_sound && digits.size() == std::tuple_size_v<HexDigits> &&
               read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
    return number;
  }
};

void begin(JsonWriter& json, std::string_view gateway, bool online) {
  json.open_object();
  json.member("v", kVersion);
  json.member("gateway", gateway);
  json.member("online", online);
}

void take_streams(Taking& take, JsonValue value) {
  take.is_sound = take.is_sound && value.kind() == JsonKind::array;
  for (const JsonValue stream : value) {
    take.is_sound = is_ok(take.message.streams.try_push(take.hex(stream))) && take.is_sound;
  }
}

void take_utc(Taking& take, JsonValue value) {
  take.message.has_utc = value.kind() != JsonKind::null;
  if (take.message.has_utc) take.message.utc = UtcTime{take.whole(value)};
}

// One row for each member: what it is called, and what takes its value.
struct Member {
  std::string_view name;
  void (*take)(Taking& take, JsonValue value);
};

// clang-format off
constexpr Member kQueueMembers[] = {
    {"rows",             [](Taking& take, JsonValue v) { take.message.rows_to_send = take.count(v); }},
    {"bytes",            [](Taking& take, JsonValue v) { take.message.bytes_to_send = take.count(v); }},
    {"outage_left_ms",   [](Taking& take, JsonValue v) { take.message.outage_left = take.duration(v); }},
    {"drain_ms",         [](Taking& take, JsonValue v) { take.message.drain = take.duration(v); }},
};
// clang-format on

void take_members(Taking& take, std::span<const Member> members, JsonValue object) {
  for (const JsonValue value : object) {
    const auto member = std::ranges::find(members, value.name(), &Member::name);
    if (member != members.end()) member->take(take, value);
  }
}

void take_queue(Taking& take, JsonValue value) {
  take.is_sound = take.is_sound && value.kind() == JsonKind::object;
  take_members(take, kQueueMembers, value);
}

// clang-format off
constexpr Member kActivityMembers[] = {
    {"number",           [](Taking& take, JsonValue v) { take.message.activity_number = take.count(v); }},
    {"digest",           [](Taking& take, JsonValue v) { take.message.activity_digest = take.text(v); }},
};
// clang-format on

void take_activity(Taking& take, JsonValue value) {
  take.is_sound = take.is_sound && value.kind() == JsonKind::object;
  take_members(take, kActivityMembers, value);
  take.is_sound = take.is_sound && take.message.activity_digest.size() == kHealthDigestCharacters;
}

// clang-format off
constexpr Member kMembers[] = {
    {"gateway",          [](Taking& take, JsonValue v) { take.message.gateway = take.text(v); }},
    {"online",           [](Taking& take, JsonValue v) { take.message.online = take.flag(v); }},
    {"ask",              [](Taking& take, JsonValue v) { take.message.ask = take.flag(v); }},
    {"boot",             [](Taking& take, JsonValue v) { take.message.boot = BootId{take.hex(v)}; }},
    {"uptime_ms",        [](Taking& take, JsonValue v) { take.message.uptime = Uptime{} + take.duration(v); }},
    {"utc_ms",           take_utc},
    {"streams",          take_streams},
    {"receipt_every_ms", [](Taking& take, JsonValue v) { take.message.receipt_every = take.duration(v); }},
    {"receipt_bytes",    [](Taking& take, JsonValue v) { take.message.receipt_bytes = take.count(v); }},
    {"version",          [](Taking& take, JsonValue v) { take.message.version = take.text(v); }},
    {"queue",            take_queue},
    {"reconnects",       [](Taking& take, JsonValue v) { take.message.reconnects = take.count(v); }},
    {"activity",         take_activity},
};
// clang-format on

}  // namespace

std::string_view hex_of(std::uint64_t number, HexDigits& digits) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (std::size_t i = 0; i < digits.size(); ++i) {
    digits[digits.size() - 1 - i] = kDigits[number >> 4 * i & 15U];
  }
  return {digits.data(), digits.size()};
}

std::string_view write_last_will(std::string_view gateway, std::span<char> space) {
  JsonWriter json(space);
  begin(json, gateway, false);
  json.close_object();
  return json.text();
}

std::string_view write_health(const HealthMessage& message, std::span<char> space) {
  JsonWriter json(space);
  HexDigits hex;
  begin(json, message.gateway, message.online);
  json.member("ask", message.ask);
  json.member("boot", hex_of(message.boot.value, hex));
  json.member("uptime_ms", message.uptime.ms);
  if (message.has_utc) {
    json.member("utc_ms", message.utc.ms);
  } else {
    json.member_null("utc_ms");
  }
  if (!message.streams.empty()) {
    json.open_array("streams");
    for (const std::uint64_t stream : message.streams) json.element(hex_of(stream, hex));
    json.close_array();
  }
  json.member("receipt_every_ms", message.receipt_every.ms);
  json.member("receipt_bytes", message.receipt_bytes);
  json.member("version", message.version);
  json.open_object("queue");
  json.member("rows", message.rows_to_send);
  json.member("bytes", message.bytes_to_send);
  json.member("outage_left_ms", message.outage_left.ms);
  json.member("drain_ms", message.drain.ms);
  json.close_object();
  json.member("reconnects", message.reconnects);
  if (message.activity_number > 0) {
    json.open_object("activity");
    json.member("number", message.activity_number);
    json.member("digest", message.activity_digest);
    json.close_object();
  }
  json.close_object();
  return json.text();
}

Status read_health(std::string_view text, std::span<std::byte> memory, HealthMessage& message) {
  message = {};
  JsonReader json(memory);
  HF_TRY(json.read(text));
  Taking take{message};
  const std::uint64_t version = take.count(json.root().find("v"));
  if (take.is_sound && version > kVersion) return Status::unsupported;
  take.is_sound = take.is_sound && version == kVersion && json.root().find("online").present();
  take_members(take, kMembers, json.root());
  const bool is_sound = take.is_sound && is_identifier(message.gateway) &&
                        message.version.size() <= kHealthVersionCharactersMax;
  return is_sound ? Status::ok : Status::invalid;
}

}  // namespace hf::wire
