#include "surfaces/control/document_edits.h"

#include <array>

#include "surfaces/control/document_json.h"
#include "wire/channel/control_line.h"

namespace hf::surfaces {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;

namespace {

constexpr std::size_t kChangesMax = 32;  // in one request: a line holds no more

// The nearest name of a field of that collection.
std::string_view nearest_field(std::string_view collection, std::string_view word) {
  std::array<std::string_view, 24> names;
  std::size_t count = 0;
  for (const state::FieldRule& rule : state::schema_of_documents()) {
    const bool is_one = rule.collection == collection && rule.part == Part::desired;
    if (is_one && count < names.size()) names[count++] = rule.name;
  }
  return wire::nearest_word(word, std::span{names}.first(count));
}

struct Edit {
  std::array<Change, kChangesMax> changes;
  std::size_t count = 0;
};

Status read_changes(const Sights& sights, const Request& request, std::string_view collection,
                    Edit& edit) {
  const wire::JsonValue set = request.find("set");
  if (set.kind() != wire::JsonKind::object || set.count() == 0) {
    return request.tell(Status::invalid, "this wants an object of fields: \"set\"");
  }
  for (const wire::JsonValue member : set) {
    if (edit.count == kChangesMax) return request.tell(Status::full, "too many fields at once");
    Change& change = edit.changes[edit.count++];
    change.field = {.part = Part::desired, .text = member.name()};
    const state::FieldRule* const rule = state::rule_of(collection, change.field);
    if (rule == nullptr) {
      sights.problem.meant = nearest_field(collection, member.name());
      return request.tell(Status::not_found, "there is no such field: ", member.name());
    }
    const bool fits = is_ok(read_value(member, *rule, change.value)) &&
                      is_ok(state::judge(collection, change.field, change.value));
    if (!fits) {
      return request.tell(Status::invalid, "not a value of this field: ",
                          rule->words.empty() ? rule->help : rule->words);
    }
  }
  return Status::ok;
}

}  // namespace

Status no_such(const Request& request, std::string_view key) {
  return request.tell(Status::not_found, "there is no such thing here: ", key);
}

Status show_edit(const Sights& sights, const Request& request, const DocumentId& id, Status status,
                 wire::JsonWriter& json) {
  if (!is_ok(status) && status != Status::unavailable) {
    return request.tell(status, "not done: ", to_text(status));
  }
  DocumentView document;
  json.member("on_flash", is_ok(status));
  // Merged here; upstream hears of it next, and may refuse it, which rolls it back.
  json.member("upstream", "pending");
  if (sights.replica.find(id, document) && document.lives()) show_document(document, json);
  return Status::ok;
}

Status set_document(const Sights& sights, std::string_view collection, std::string_view arguments,
                    wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const DocumentId id{.collection = collection, .key = request.need("id")};
  if (id.key.empty()) return Status::invalid;
  Edit edit;
  HF_TRY(read_changes(sights, request, collection, edit));
  const Change* problem = nullptr;
  const Status status = sights.inbox.set(id, std::span{edit.changes}.first(edit.count),
                                         request.editor(), sights.clock.utc(), problem);
  return show_edit(sights, request, id, status, json);
}

Status remove_document(const Sights& sights, std::string_view collection,
                       std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const DocumentId id{.collection = collection, .key = request.need("id")};
  if (id.key.empty()) return Status::invalid;
  const Status status = sights.inbox.remove(id, request.editor(), sights.clock.utc());
  if (status == Status::not_found) return no_such(request, id.key);
  return show_edit(sights, request, id, status, json);
}

}  // namespace hf::surfaces
