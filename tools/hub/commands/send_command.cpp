// A command for a gateway: kept in the store with its last moment, carried by whichever worker
// runs, and waited for until its result stands beside it.
#include <chrono>
#include <iostream>
#include <thread>

#include "platform/console/words.h"
#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/commands/surroundings.h"
#include "tools/hub/mirror/document_table.h"
#include "tools/hub/storage/schema.h"
#include "vocabulary/bytes.h"
#include "wire/json/json_reader.h"
#include "wire/uplink/command.h"

namespace hf::hub {
namespace {

constexpr std::chrono::milliseconds kLook{200};
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

void write_member(wire::JsonWriter& json, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw WrongUse("'" + std::string{word} + "' is not NAME=VALUE, nor one JSON object");
  }
  const std::string_view name = word.substr(0, equals);
  const std::string_view value = word.substr(equals + 1);
  std::int64_t whole = 0;
  if (value == "true" || value == "false") {
    json.member(name, value == "true");
  } else if (console::read_number(value, whole)) {
    json.member(name, whole);
  } else {
    json.member(name, value);
  }
}

// A JSON object as it was given, or one made of NAME=VALUE words.
std::string arguments_of(std::span<const std::string> words) {
  if (words.size() == 1 && words[0].starts_with("{")) return words[0];
  std::string text = json_text([&](wire::JsonWriter& json) {
    json.open_object();
    for (const std::string& word : words) write_member(json, word);
    json.close_object();
  });
  text.pop_back();  // the line's end
  return text;
}

std::string request_of(const Options& options, const std::string& id, UtcTime expires) {
  const auto words = std::span{options.words};
  std::string text = R"({"v":1,"id":")" + id + "\"";
  if (options.expires.ms > 0) text += R"(,"expires_utc_ms":)" + std::to_string(expires.ms);
  text += R"(,"verb":")" + words[1] + "\"";
  if (words.size() > 2) text += ",\"arguments\":" + arguments_of(words.subspan(2));
  text += "}";
  std::vector<std::byte> memory(wire::kCommandMemoryBytes);
  wire::Command command;
  if (!is_ok(wire::read_command(text, memory, command))) {
    throw WrongUse(
        "this is: command GATEWAY VERB [NAME=VALUE…], or VERB and one JSON object; not " + text);
  }
  return text;
}

// As the gateway reads it: the answer of its control socket.
int show_result(const Options& options, const std::string& result) {
  std::vector<std::byte> memory(100 * result.size() + 1024);
  wire::JsonReader json(memory);
  const bool is_done = is_ok(json.read(result)) && json.root().find("result").find("ok").boolean();
  if (options.json || is_done) {
    std::cout << result << "\n";
  } else {
    std::cerr << "holdfast-hub: the gateway says: "
              << json.root().find("result").find("text").text() << "\n";
  }
  return is_done ? kWell : kFailed;
}

}  // namespace

int send_command(const Options& options) {
  if (options.words.size() < 2) throw WrongUse("this is: command GATEWAY VERB [NAME=VALUE…]");
  const auto sql = open_sql(options.store, Opening::existing);
  prepare_schema(*sql);
  Archive archive(*sql);
  const KnownGateway gateway = named_gateway(archive, options.words[0]);
  const std::string id = options.command_id.empty() ? new_id() : options.command_id;
  const bool has_end = options.expires.ms > 0;
  const UtcTime expires = utc_now() + (has_end ? options.expires : kCarried);
  const UtcTime waits_until = has_end ? expires + kGrace : utc_now() + kPatience;
  const std::string request = request_of(options, id, expires);
  DocumentTable table(*sql);
  if (!table.ask({.id = id, .request = request}, gateway.id, expires, utc_now())) {
    std::cerr << "holdfast-hub: command " << id << " was sent before: this is what became of it\n";
  }
  while (utc_now() < waits_until) {
    const std::string result = table.result_of(gateway.id, id);
    if (!result.empty()) return show_result(options, result);
    std::this_thread::sleep_for(kLook);
  }
  throw NotDone("no result of command " + id + " came in time; the gateway was " +
                (gateway.is_online ? "there" : "not there") + ". `command … --id " + id +
                "` shows it should it come later");
}

}  // namespace hf::hub
