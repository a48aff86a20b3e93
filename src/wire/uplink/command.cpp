#include "wire/uplink/command.h"

#include <array>

#include "wire/channel/json_writer.h"
#include "wire/json/json_reader.h"

namespace hf::wire {
namespace {

constexpr std::int64_t kVersion = 1;

// A value of the tree as a text again, whole numbers as whole numbers.
// NOLINTNEXTLINE(misc-no-recursion): as deep as check_json() allows
void write_members(JsonWriter& json, JsonValue object);

// NOLINTNEXTLINE(misc-no-recursion)
void write_elements(JsonWriter& json, JsonValue array) {
  for (const JsonValue value : array) {
    switch (value.kind()) {
      case JsonKind::text: json.element(value.text()); break;
      case JsonKind::number: {
        const Result<std::int64_t> whole = value.integer();
        whole.ok() ? json.element(whole.value()) : json.element(value.number());
        break;
      }
      case JsonKind::object:
        json.open_object();
        write_members(json, value);
        json.close_object();
        break;
      case JsonKind::array:
        json.open_array();
        write_elements(json, value);
        json.close_array();
        break;
      default: break;  // no verb takes a list of flags
    }
  }
}

// NOLINTNEXTLINE(misc-no-recursion)
void write_members(JsonWriter& json, JsonValue object) {
  for (const JsonValue value : object) {
    const std::string_view name = value.name();
    switch (value.kind()) {
      case JsonKind::text: json.member(name, value.text()); break;
      case JsonKind::boolean: json.member(name, value.boolean()); break;
      case JsonKind::null: json.member_null(name); break;
      case JsonKind::number: {
        const Result<std::int64_t> whole = value.integer();
        whole.ok() ? json.member(name, whole.value()) : json.member(name, value.number());
        break;
      }
      case JsonKind::object:
        json.open_object(name);
        write_members(json, value);
        json.close_object();
        break;
      case JsonKind::array:
        json.open_array(name);
        write_elements(json, value);
        json.close_array();
        break;
      case JsonKind::absent: break;
    }
  }
}

Status write_line(JsonValue verb, JsonValue arguments, CommandLine& line) {
  HF_TRY(line.try_append(verb.text()));
  if (!arguments.present()) return Status::ok;
  if (arguments.kind() != JsonKind::object) return Status::invalid;
  std::array<char, kControlRequestBytesMax> space;
  JsonWriter json(space);
  json.open_object();
  write_members(json, arguments);
  json.close_object();
  HF_TRY(json.status());
  HF_TRY(line.try_append(" "));
  return line.try_append(json.text());
}

}  // namespace

Status read_command(std::string_view text, std::span<std::byte> memory, Command& command) {
  command = {};
  JsonReader json(memory);
  HF_TRY(json.read(text));
  const JsonValue root = json.root();
  const Result<std::int64_t> version = root.find("v").integer();
  if (!version.ok() || version.value() < kVersion) return Status::invalid;
  if (version.value() > kVersion) return Status::unsupported;
  if (!is_identifier(root.find("id").text())) return Status::invalid;
  command.id.assign(root.find("id").text());
  const JsonValue expires = root.find("expires_utc_ms");
  if (expires.present()) {
    const Result<std::int64_t> at = expires.integer();
    HF_TRY(at);
    command.has_expiry = true;
    command.expires = UtcTime{at.value()};
  }
  HF_TRY(write_line(root.find("verb"), root.find("arguments"), command.line));
  ControlRequest request;
  return parse_control_line(command.line.view(), request);
}

std::string_view write_command_result(const CommandId& id, std::string_view answer,
                                      std::span<char> space) {
  constexpr std::string_view kBefore = R"({"v":1,"id":")";
  constexpr std::string_view kBetween = R"(","result":)";
  std::size_t used = 0;
  for (const std::string_view part :
       {kBefore, id.view(), kBetween, answer, std::string_view{"}"}}) {
    if (part.size() > space.size() - used) return {};
    used += part.copy(space.data() + used, part.size());
  }
  return {space.data(), used};
}

}  // namespace hf::wire
