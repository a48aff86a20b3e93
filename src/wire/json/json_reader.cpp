#include "wire/json/json_reader.h"

#include <cjson/cJSON.h>

#include <cmath>
#include <limits>

#include "vocabulary/assertion.h"

namespace hf::wire {
namespace {

constexpr double kWholeMost = 9'007'199'254'740'991.0;  // 2^53 - 1

// What cJSON has for one text. Nothing is given back: the next text begins from the start.
struct Room {
  std::span<std::byte> left;
};

// cJSON's hooks carry no context, so the room of the text being read stands here.
thread_local Room* room_in_use = nullptr;

void* take_room(std::size_t bytes) {
  constexpr std::size_t kAlignment = alignof(cJSON);
  if (room_in_use == nullptr) return nullptr;
  std::span<std::byte>& left = room_in_use->left;
  const auto address = reinterpret_cast<std::uintptr_t>(left.data());
  const std::size_t padding = (kAlignment - address % kAlignment) % kAlignment;
  if (left.size() < padding || left.size() - padding < bytes) return nullptr;
  std::byte* begin = left.data() + padding;
  left = left.subspan(padding + bytes);
  return begin;
}

void leave_room(void* /*bytes*/) {}

bool has_twin_before(const cJSON* parent, const cJSON* member) {
  const std::string_view name = member->string;
  for (const cJSON* other = parent->child; other != member; other = other->next) {
    if (name == other->string) return true;
  }
  return false;
}

// What only shows in the tree. As deep as check_json() allows.
std::string_view problem_in(const cJSON* node) {
  if (cJSON_IsNumber(node) && !std::isfinite(node->valuedouble)) return "a number is too large";
  for (const cJSON* child = node->child; child != nullptr; child = child->next) {
    if (cJSON_IsObject(node) && has_twin_before(node, child)) {
      return "a name stands twice in one object";
    }
    if (const std::string_view problem = problem_in(child); !problem.empty()) return problem;
  }
  return {};
}

}  // namespace

JsonKind JsonValue::kind() const {
  if (node_ == nullptr) return JsonKind::absent;
  switch (node_->type & 0xFF) {
    case cJSON_True:
    case cJSON_False: return JsonKind::boolean;
    case cJSON_Number: return JsonKind::number;
    case cJSON_String: return JsonKind::text;
    case cJSON_Array: return JsonKind::array;
    case cJSON_Object: return JsonKind::object;
    default: return JsonKind::null;
  }
}

std::string_view JsonValue::text() const {
  return kind() == JsonKind::text ? std::string_view{node_->valuestring} : std::string_view{};
}

bool JsonValue::boolean() const { return cJSON_IsTrue(node_) != 0; }

double JsonValue::number() const {
  return kind() == JsonKind::number ? node_->valuedouble : std::numeric_limits<double>::quiet_NaN();
}

Result<std::int64_t> JsonValue::integer() const {
  if (kind() != JsonKind::number) return Status::not_found;
  const double value = node_->valuedouble;
  if (std::abs(value) > kWholeMost || value != std::trunc(value)) return Status::invalid;
  return static_cast<std::int64_t>(value);
}

std::string_view JsonValue::name() const {
  return node_ != nullptr && node_->string != nullptr ? std::string_view{node_->string}
                                                      : std::string_view{};
}

JsonValue JsonValue::find(std::string_view name) const {
  if (kind() != JsonKind::object) return {};
  for (const JsonValue member : *this) {
    if (member.name() == name) return member;
  }
  return {};
}

JsonValue::Iterator& JsonValue::Iterator::operator++() {
  HF_ASSERT(node_ != nullptr);
  node_ = node_->next;
  return *this;
}

JsonValue::Iterator JsonValue::begin() const {
  return Iterator{node_ != nullptr ? node_->child : nullptr};
}

std::uint32_t JsonValue::count() const {
  std::uint32_t count = 0;
  for (Iterator it = begin(); it != end(); ++it) ++count;
  return count;
}

Status JsonReader::read(std::string_view text, JsonFault& fault) {
  root_ = {};
  HF_TRY(check_json(text, fault));
  cJSON_Hooks hooks{.malloc_fn = take_room, .free_fn = leave_room};
  cJSON_InitHooks(&hooks);
  Room room{memory_};
  room_in_use = &room;
  const cJSON* node = cJSON_ParseWithLength(text.data(), text.size());
  room_in_use = nullptr;
  if (node == nullptr) {  // the text is sound, so this is the only reason left
    fault = {.problem = "the text is larger than what can be read at once"};
    return Status::full;
  }
  if (const std::string_view problem = problem_in(node); !problem.empty()) {
    fault = {.problem = problem};
    return Status::corrupt;
  }
  root_ = JsonValue{node};
  return Status::ok;
}

Status JsonReader::read(std::string_view text) {
  JsonFault fault;
  return read(text, fault);
}

}  // namespace hf::wire
