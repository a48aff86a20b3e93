#include "tools/hub/commands/value_text.h"

#include <array>
#include <charconv>

#include "platform/console/words.h"
#include "state/collections.h"
#include "state/schema.h"
#include "tools/hub/commands/named_gateway.h"
#include "wire/json/document_values.h"

namespace hf::hub {
namespace {

using documents::Part;
using documents::Value;
using documents::ValueKind;

// No rule has this name: the sentence says which one is near, or that it is not for us to write.
[[noreturn]] void refuse_field(std::string_view collection, std::string_view name) {
  if (state::rule_of(collection, {Part::reported, name}) != nullptr) {
    throw WrongUse("'" + std::string{name} +
                   "' is what the gateway reports: nobody else writes it");
  }
  std::vector<std::string_view> known;
  for (const state::FieldRule& rule : state::schema_of_documents()) {
    if (rule.collection == collection && rule.part == Part::desired) known.push_back(rule.name);
  }
  const std::string meant = console::did_you_mean(name, known);
  std::string sentence = std::string{collection} + " has no field '" + std::string{name} + "'";
  if (!meant.empty()) throw WrongUse(sentence + meant);
  sentence += ": there are";
  for (const std::string_view each : known) sentence.append(" ").append(each);
  throw WrongUse(sentence);
}

}  // namespace

std::string value_text(const Value& value) {
  switch (value.kind()) {
    case ValueKind::nothing: return "nothing";
    case ValueKind::boolean: return value.as_boolean() ? "true" : "false";
    case ValueKind::integer: return std::to_string(value.as_integer());
    case ValueKind::real: {
      std::array<char, 32> text;
      const auto end = std::to_chars(text.begin(), text.end(), value.as_real());
      return {text.begin(), end.ptr};
    }
    case ValueKind::text: return std::string{value.as_text()};
    case ValueKind::bytes: return "(bytes)";
  }
  return {};
}

documents::Change change_of(std::string_view collection, std::string_view word) {
  const std::size_t equals = word.find('=');
  if (equals == std::string_view::npos || equals == 0) {
    throw WrongUse("'" + std::string{word} + "' is not FIELD=VALUE");
  }
  const std::string_view text = word.substr(equals + 1);
  documents::Change change{.field = {Part::desired, word.substr(0, equals)}, .value = {}};
  if (collection == state::kSettings) {  // settings are judged by the gateway, whose they are
    if (!text.empty()) change.value = Value::text(text);
    return change;
  }
  const state::FieldRule* const rule = state::rule_of(collection, change.field);
  if (rule == nullptr) refuse_field(collection, change.field.text);
  if (text.empty()) return change;
  const bool is_right = is_ok(wire::read_value(text, rule->kind, change.value)) &&
                        is_ok(state::judge(collection, change.field, change.value));
  if (!is_right) {
    throw WrongUse(std::string{change.field.text} + ": '" + std::string{text} + "' is not " +
                   std::string{rule->words.empty() ? rule->help : "one of "} +
                   std::string{rule->words});
  }
  return change;
}

}  // namespace hf::hub
