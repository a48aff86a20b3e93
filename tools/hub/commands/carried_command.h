// A command for one gateway: kept in the store with its last moment, carried by whichever worker
// runs, until its result stands beside it.
//
// Everything may throw a Failure. One thread.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "tools/hub/mirror/document_table.h"
#include "wire/json/json_reader.h"

namespace hf::hub {

class CarriedCommand {
 public:
  // How often it is worth looking whether the result has come.
  static constexpr std::chrono::milliseconds kLook{200};

  // `within`: not to be done later; 0: whenever. `table` must outlive it.
  CarriedCommand(DocumentTable& table, std::int64_t gateway_id, Duration within);

  // The id by which it is done once, and found again: one that nobody has, until it is told.
  void be(std::string_view id) { id_ = id; }
  void be_new();
  const std::string& id() const { return id_; }

  // `arguments`: a JSON object, or empty. False: it was asked for before, nothing is carried again.
  // Throws WrongUse when this is no command.
  bool ask(std::string_view verb, std::string_view arguments);

  // The message as it came; empty: none did so far.
  std::string result() { return table_.result_of(gateway_id_, id_); }
  // No result is to be waited for any more.
  bool is_over() const;

 private:
  DocumentTable& table_;
  std::int64_t gateway_id_;
  Duration within_;
  std::string id_;
  UtcTime waits_until_;
};

// What came of a command, taken apart. As the gateway's control socket answers.
class CommandResult {
 public:
  // `text` must outlive it.
  explicit CommandResult(std::string_view text);
  CommandResult(const CommandResult&) = delete;
  CommandResult& operator=(const CommandResult&) = delete;

  bool is_done() const { return result().find("ok").boolean(); }
  std::string_view problem() const;  // REQUIRES: not is_done()
  wire::JsonValue answer() const { return result().find("answer"); }

 private:
  // Nothing has no members: what cannot be read was not done.
  wire::JsonValue result() const;

  std::vector<std::byte> memory_;
  wire::JsonReader reader_;
  bool is_json_;
};

}  // namespace hf::hub
