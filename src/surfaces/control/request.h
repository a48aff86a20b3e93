// The arguments of a verb, and the sentence that says what is wrong with them.
#pragma once

#include <string_view>

#include "state/replica.h"
#include "surfaces/control/control.h"
#include "wire/json/json_reader.h"

namespace hf::surfaces {

class Request {
 public:
  // REQUIRES: one at a time reads into the room of `sights`.
  explicit Request(const Sights& sights) : sights_(sights), reader_(sights.memory) {}

  // ok: also when there are no arguments.  invalid: not JSON, or not an object; the problem is
  // told.
  Status read(std::string_view arguments);
  wire::JsonValue find(std::string_view name) const { return reader_.root().find(name); }
  wire::JsonValue root() const { return reader_.root(); }

  // The text of a member that must be there. Empty: it is not; the problem is told.
  std::string_view need(std::string_view name);

  // Who asks: the member `author`, or "local".
  state::Editor editor() const;

  // Tells what is wrong: `text` and, behind it, what it is about. Returns `status`.
  Status tell(Status status, std::string_view text, std::string_view about = {}) const;

 private:
  const Sights& sights_;
  wire::JsonReader reader_;
};

}  // namespace hf::surfaces
