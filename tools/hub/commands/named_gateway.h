// The gateway that a command is about, and the documents that its words name.
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

#include "documents/document.h"
#include "tools/hub/commands/command_line.h"
#include "tools/hub/storage/archive.h"

namespace hf::hub {

// What is wrong with a word of the command line; main() ends with kWrongUse.
class WrongUse : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};
// What was asked for is not there, or not to be had: kFailed.
class NotDone : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// Throws NotDone where the store knows none of that name, and names the nearest; WrongUse where it
// knows several of different tenants.
KnownGateway named_gateway(Archive& archive, std::string_view name);

// COLLECTION/ID. Throws WrongUse.
documents::DocumentId document_id(std::string_view word);

// Who edits: as given, or the user of this program.
std::string author_of(const Options& options);

}  // namespace hf::hub
