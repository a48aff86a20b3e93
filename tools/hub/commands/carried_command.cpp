#include "tools/hub/commands/carried_command.h"

#include <vector>

#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/commands/surroundings.h"
#include "wire/uplink/command.h"

namespace hf::hub {
namespace {

// A result may be under way when the last moment passes: the gateway obeys until then.
constexpr Duration kGrace = seconds(5);
// Of a command without a last moment.
constexpr Duration kCarried = hours(1);
constexpr Duration kPatience = minutes(1);

std::string new_id() {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string id = "hub-";
  for (std::uint64_t number = any_number(); id.size() < 20; number >>= 4U) {
    id.push_back(kDigits[number & 15U]);
  }
  return id;
}

}  // namespace

CarriedCommand::CarriedCommand(DocumentTable& table, std::int64_t gateway_id, Duration within)
    : table_(table), gateway_id_(gateway_id), within_(within), id_(new_id()) {}

void CarriedCommand::be_new() { id_ = new_id(); }

bool CarriedCommand::ask(std::string_view verb, std::string_view arguments) {
  const bool has_end = within_.ms > 0;
  const UtcTime now = utc_now();
  const UtcTime expires = now + (has_end ? within_ : kCarried);
  std::string text = R"({"v":1,"id":")" + id_ + "\"";
  if (has_end) text += R"(,"expires_utc_ms":)" + std::to_string(expires.ms);
  text.append(R"(,"verb":")").append(verb).append("\"");
  if (!arguments.empty()) text.append(",\"arguments\":").append(arguments);
  text += "}";
  std::vector<std::byte> memory(wire::kCommandMemoryBytes);
  wire::Command command;
  if (!is_ok(wire::read_command(text, memory, command))) {
    throw WrongUse(
        "this is: command GATEWAY VERB [NAME=VALUE…], or VERB and one JSON object; not " + text);
  }
  waits_until_ = has_end ? expires + kGrace : now + kPatience;
  return table_.ask({.id = id_, .request = text}, gateway_id_, expires, now);
}

bool CarriedCommand::is_over() const { return utc_now() >= waits_until_; }

CommandResult::CommandResult(std::string_view text)
    : memory_(wire::json_tree_bytes(text.size())),
      reader_(memory_),
      is_json_(is_ok(reader_.read(text))) {}

std::string_view CommandResult::problem() const {
  return is_json_ ? result().find("text").text() : "its answer cannot be read";
}

wire::JsonValue CommandResult::result() const {
  return is_json_ ? reader_.root().find("result") : wire::JsonValue{};
}

}  // namespace hf::hub
