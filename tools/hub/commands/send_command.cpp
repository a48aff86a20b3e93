// A command for a gateway: kept in the store with its last moment, carried by whichever worker
// runs, and waited for until its result stands beside it.
#include <iostream>
#include <thread>

#include "platform/console/words.h"
#include "tools/hub/commands/carried_command.h"
#include "tools/hub/commands/commands.h"
#include "tools/hub/commands/json_text.h"
#include "tools/hub/commands/named_gateway.h"
#include "tools/hub/mirror/document_table.h"
#include "tools/hub/storage/schema.h"

namespace hf::hub {
namespace {

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

// As the gateway reads it: the answer of its control socket.
int show_result(const Options& options, const std::string& result) {
  const CommandResult read(result);
  if (options.json || read.is_done()) {
    std::cout << result << "\n";
  } else {
    std::cerr << "holdfast-hub: the gateway says: " << read.problem() << "\n";
  }
  return read.is_done() ? kWell : kFailed;
}

}  // namespace

int send_command(const Options& options) {
  if (options.words.size() < 2) throw WrongUse("this is: command GATEWAY VERB [NAME=VALUE…]");
  const auto sql = open_sql(options.store, Opening::existing);
  prepare_schema(*sql);
  Archive archive(*sql);
  const KnownGateway gateway = named_gateway(archive, options.words[0]);
  DocumentTable table(*sql);
  const auto words = std::span{options.words};
  CarriedCommand command(table, gateway.id, options.expires);
  if (!options.command_id.empty()) command.be(options.command_id);
  if (!command.ask(words[1], words.size() > 2 ? arguments_of(words.subspan(2)) : std::string{})) {
    std::cerr << "holdfast-hub: command " << command.id()
              << " was sent before: this is what became of it\n";
  }
  while (!command.is_over()) {
    const std::string result = command.result();
    if (!result.empty()) return show_result(options, result);
    std::this_thread::sleep_for(CarriedCommand::kLook);
  }
  throw NotDone("no result of command " + command.id() + " came in time; the gateway was " +
                (gateway.is_online ? "there" : "not there") + ". `command … --id " + command.id() +
                "` shows it should it come later");
}

}  // namespace hf::hub
