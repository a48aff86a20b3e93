// A package: rules of alerts with their parameters, made by a fleet's owner. One line of checksum
// and signature, then the body, JSON. docs/formats/models.md has an example.
//
//   PK1  What is read was whole, and signed by who is trusted where that is asked for.
//   PK2  Every rule of it would be taken by the schema of rules, whatever the parameters.
//   PK3  What is refused is refused with what is wrong, where, and what would be right.
//
// Never allocates; the tree stands in memory of the caller's.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/models.h"
#include "documents/value.h"
#include "files/sealing/signature.h"
#include "state/schema.h"
#include "vocabulary/fixed_string.h"
#include "vocabulary/fixed_vector.h"
#include "wire/json/json_reader.h"

namespace hf::stores {

using ModelName = FixedString<limits::kModelNameBytesMax>;
using ModelVersion = FixedString<limits::kModelVersionBytesMax>;
using ModelProblem = FixedString<160>;

struct ModelKey {
  FixedString<32> name;
  files::PublicKey key{};
};
using ModelKeys = FixedVector<ModelKey, limits::kModelKeysMax>;

struct ModelTrust {
  ModelKeys keys;
  bool signed_only = true;
};

// The line of checksum and signature, and all behind it. Empty: there is none.
std::string_view head_of_package(std::string_view file);
std::string_view body_of_package(std::string_view file);

class Package {
 public:
  // REQUIRES: `memory` outlives it.
  explicit Package(std::span<std::byte> memory) : json_(memory) {}

  // ok.  refused: checksum or signature.  invalid, corrupt, full: the body. `problem` says what.
  Status read(std::string_view text, const ModelTrust& trust, ModelProblem& problem);
  // The same without asking who signed: for those who carry packages, and do not use them.
  Status look(std::string_view text, ModelProblem& problem);

  std::string_view name() const { return json_.root().find("name").text(); }
  std::string_view version() const { return json_.root().find("version").text(); }
  wire::JsonValue rules() const { return json_.root().find("rules"); }
  wire::JsonValue parameters() const { return json_.root().find("parameters"); }

 private:
  Status read_head(std::string_view text, ModelProblem& problem);
  Status read_body(std::string_view body, ModelProblem& problem);
  Status check_rules(ModelProblem& problem) const;

  wire::JsonReader json_;
};

// The value of one member of a rule for one equipment. `with` is "hot=80 pump-2/hot=85": what the
// deployment says of parameters, for all equipment or for one; else the package's own.
// ok.  invalid: not a value of that field.
Status value_of(const Package& package, wire::JsonValue member, std::string_view equipment,
                std::string_view with, documents::Value& value);

// The next word of a list, cut off its front; empty: there are no more.
std::string_view take_word(std::string_view& list, std::string_view separators);
bool has_entry(std::string_view list, std::string_view separators, std::string_view word);

}  // namespace hf::stores
