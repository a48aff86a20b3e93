#include "stores/models/package.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "documents/names.h"
#include "files/sealing/digest.h"
#include "state/collections.h"
#include "vocabulary/bytes.h"
#include "vocabulary/identifiers.h"
#include "wire/channel/control_line.h"

namespace hf::stores {
namespace {

using documents::Part;
using documents::Value;
using documents::ValueKind;
using wire::JsonKind;
using wire::JsonValue;

constexpr std::size_t kHeadBytesMax = 512;
constexpr std::int64_t kFormat = 1;

// What a rule of a package may say: fields of a rule, its name, and `sensor` instead of a pattern.
constexpr std::array<std::string_view, 12> kRuleMembers{
    "condition", "delay_ms", "hysteresis", "latch", "limit",     "limit_high",
    "name",      "sensor",   "severity",   "text",  "window_ms", "about"};

Status tell(ModelProblem& problem, Status status, std::string_view where, std::string_view what,
            std::string_view right = {}) {
  problem.clear();
  for (const std::string_view piece : {where, std::string_view{": "}, what, right}) {
    static_cast<void>(
        is_ok(problem.try_append(piece.substr(0, problem.capacity() - problem.size()))));
  }
  return status;
}

// The body begins with the file's second line.
Status tell_fault(ModelProblem& problem, Status status, const wire::JsonFault& fault) {
  std::array<char, 10> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), fault.line + 1);
  FixedString<16> where;
  where.assign("line ");
  static_cast<void>(is_ok(where.try_append({digits.data(), end.ptr})));
  return tell(problem, status, where.view(), fault.problem);
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

template <std::size_t N>
bool read_hex(std::string_view text, std::array<std::byte, N>& bytes) {
  if (text.size() != 2 * N) return false;
  for (std::size_t i = 0; i < N; ++i) {
    const int high = digit_of(text[2 * i]);
    const int low = digit_of(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<std::byte>(high * 16 + low);
  }
  return true;
}

bool read_real(std::string_view text, double& number) {
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() && std::isfinite(number);
}

bool is_parameter(JsonValue value) { return value.text().starts_with('$'); }

Value value_of_number(double number, ValueKind kind) {
  return kind == ValueKind::integer && std::floor(number) == number
             ? Value::integer(static_cast<std::int64_t>(number))
             : Value::real(number);
}

Status as_value(JsonValue json, ValueKind kind, Value& value) {
  constexpr double kWholeMost = 9e15;
  if (json.kind() == JsonKind::number && std::abs(json.number()) < kWholeMost) {
    value = value_of_number(json.number(), kind);
  } else if (json.kind() == JsonKind::boolean) {
    value = Value::boolean(json.boolean());
  } else if (json.kind() == JsonKind::text) {
    value = Value::text(json.text());
  } else {
    return Status::invalid;
  }
  return Status::ok;
}

Status check_trust(JsonValue head, std::string_view body, const ModelTrust& trust,
                   ModelProblem& problem) {
  const std::string_view name = head.find("key").text();
  if (name.empty() && !trust.signed_only) return Status::ok;
  const auto* const key = std::ranges::find_if(
      trust.keys, [&](const ModelKey& known) { return known.name.view() == name; });
  if (key == trust.keys.end()) {
    return tell(problem, Status::refused, "key",
                name.empty() ? std::string_view{"the package is not signed"} : name,
                ": right would be a key of the folder model-keys");
  }
  files::Signature signature{};
  if (!read_hex(head.find("signature").text(), signature) ||
      !is_ok(files::check_signature(bytes_of(body), signature, key->key))) {
    return tell(problem, Status::refused, "signature", "not by this key: ", name);
  }
  return Status::ok;
}

Status check_member(const Package& package, JsonValue rule, JsonValue member,
                    ModelProblem& problem) {
  const std::string_view name = member.name();
  if (std::ranges::find(kRuleMembers, name) == kRuleMembers.end()) {
    const std::string_view meant = wire::nearest_word(name, kRuleMembers);
    if (meant.empty()) {
      return tell(problem, Status::invalid, rule.find("name").text(),
                  "there is no such field: ", name);
    }
    return tell(problem, Status::invalid, name, "no rule has this: did you mean ", meant);
  }
  if (name == "name" || name == "sensor" || name == "about") return Status::ok;
  Value value;
  if (!is_ok(value_of(package, member, {}, {}, value))) {
    const state::FieldRule* const field = state::rule_of(state::kRules, {Part::desired, name});
    return tell(problem, Status::invalid, name,
                "not a value of this field: ", field->words.empty() ? field->help : field->words);
  }
  return Status::ok;
}

bool is_model_name(std::string_view name) {
  return is_identifier(name) && name.size() <= limits::kModelNameBytesMax &&
         name.find('.') == std::string_view::npos;
}

}  // namespace

std::string_view head_of_package(std::string_view file) {
  return file.substr(0, std::min(file.find('\n'), file.size()));
}

std::string_view body_of_package(std::string_view file) {
  return file.substr(std::min(head_of_package(file).size() + 1, file.size()));
}

std::string_view take_word(std::string_view& list, std::string_view separators) {
  const std::size_t begin = list.find_first_not_of(separators);
  if (begin == std::string_view::npos) {
    list = {};
    return {};
  }
  list.remove_prefix(begin);
  const std::size_t end = std::min(list.find_first_of(separators), list.size());
  const std::string_view word = list.substr(0, end);
  list.remove_prefix(end);
  return word;
}

bool has_entry(std::string_view list, std::string_view separators, std::string_view word) {
  for (std::string_view found = take_word(list, separators); !found.empty();
       found = take_word(list, separators)) {
    if (found == word) return true;
  }
  return false;
}

Status Package::read(std::string_view text, const ModelTrust& trust, ModelProblem& problem) {
  HF_TRY(read_head(text, problem));
  HF_TRY(check_trust(json_.root(), body_of_package(text), trust, problem));
  return read_body(body_of_package(text), problem);
}

Status Package::look(std::string_view text, ModelProblem& problem) {
  HF_TRY(read_head(text, problem));
  return read_body(body_of_package(text), problem);
}

Status Package::read_head(std::string_view text, ModelProblem& problem) {
  if (text.size() > limits::kModelBytesMax) {
    return tell(problem, Status::full, "package", "larger than 12 KiB");
  }
  const std::string_view head = head_of_package(text);
  if (head.size() > kHeadBytesMax || !is_ok(json_.read(head)) ||
      json_.root().find("holdfast_model").integer().value_or(0) != kFormat) {
    return tell(problem, Status::invalid, "line 1",
                "no head of a package: right would be what ./tools/model sign makes");
  }
  const files::Digest digest = files::digest_of({bytes_of(body_of_package(text))});
  files::DigestHex hex;
  if (json_.root().find("sha256").text() != files::hex_of(digest, hex)) {
    return tell(problem, Status::refused, "sha256", "the body has another checksum");
  }
  return Status::ok;
}

Status Package::read_body(std::string_view body, ModelProblem& problem) {
  wire::JsonFault fault;
  const Status status = json_.read(body, fault);
  if (!is_ok(status)) return tell_fault(problem, status, fault);
  if (!is_model_name(name())) {
    return tell(problem, Status::invalid, "name",
                "right would be letters, digits, '_', '-'; at most 20");
  }
  if (!is_identifier(version()) || version().size() > limits::kModelVersionBytesMax) {
    return tell(problem, Status::invalid, "version", "right would be one like 1.2.0, at most 16");
  }
  const std::uint32_t count = rules().count();
  if (rules().kind() != JsonKind::array || count == 0 || count > limits::kModelRulesMax) {
    return tell(problem, Status::invalid, "rules", "right would be an array of 1 to 48");
  }
  for (const JsonValue parameter : parameters()) {
    if (parameter.kind() != JsonKind::number || !is_identifier(parameter.name())) {
      return tell(problem, Status::invalid, parameter.name(), "a parameter is a number");
    }
  }
  return check_rules(problem);
}

// PK2
Status Package::check_rules(ModelProblem& problem) const {
  for (const JsonValue rule : rules()) {
    const std::string_view rule_name = rule.find("name").text();
    if (!is_model_name(rule_name)) {
      return tell(problem, Status::invalid, "rules",
                  "each has a name of letters, digits, '_', '-'; at most 20");
    }
    std::uint32_t alike = 0;
    for (const JsonValue other : rules()) alike += other.find("name").text() == rule_name ? 1U : 0U;
    if (alike > 1) return tell(problem, Status::invalid, rule_name, "two rules of that name");
    const std::string_view sensor = rule.find("sensor").text();
    if (sensor != "*" && !is_identifier(sensor)) {
      return tell(problem, Status::invalid, rule_name, "sensor: right would be an id, or *");
    }
    if (!rule.find("condition").present()) {
      return tell(problem, Status::invalid, rule_name, "it has no condition");
    }
    for (const JsonValue member : rule) HF_TRY(check_member(*this, rule, member, problem));
  }
  return Status::ok;
}

Status value_of(const Package& package, JsonValue member, std::string_view equipment,
                std::string_view with, Value& value) {
  const state::FieldRule* const field =
      state::rule_of(state::kRules, {Part::desired, member.name()});
  if (field == nullptr) return Status::invalid;
  if (!is_parameter(member)) {
    HF_TRY(as_value(member, field->kind, value));
    return state::judge(state::kRules, {Part::desired, member.name()}, value);
  }
  const std::string_view name = member.text().substr(1);
  double number = package.parameters().find(name).number();
  bool is_of_one = false;  // what is said of one equipment stands above what is said of all
  while (true) {
    const std::string_view word = take_word(with, " ");
    if (word.empty()) break;
    const std::size_t equals = std::min(word.find('='), word.size());
    const std::size_t slash = std::min(word.find('/'), equals);
    const bool names_one = slash < equals;
    const std::string_view said =
        names_one ? word.substr(slash + 1, equals - slash - 1) : word.substr(0, equals);
    if (said != name || equals == word.size()) continue;
    if (names_one ? word.substr(0, slash) != equipment : is_of_one) continue;
    if (!read_real(word.substr(equals + 1), number)) return Status::invalid;
    is_of_one = is_of_one || names_one;
  }
  if (!std::isfinite(number)) return Status::invalid;
  value = value_of_number(number, field->kind);
  return state::judge(state::kRules, {Part::desired, member.name()}, value);
}

}  // namespace hf::stores
