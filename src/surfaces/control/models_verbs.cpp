#include "surfaces/control/models_verbs.h"

#include <array>

#include "state/fields.h"
#include "surfaces/control/document_edits.h"
#include "surfaces/control/request.h"

namespace hf::surfaces {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using state::Fields;

namespace {

using ListText = FixedString<limits::kFieldValueBytesMax>;

std::uint32_t whole(wire::JsonValue value) {
  const std::int64_t number = value.integer().value_or(0);
  return number > 0 && number <= UINT32_MAX ? static_cast<std::uint32_t>(number) : 0;
}

// ["pump-1","pump-2"], or the same as one text.
Status read_list(wire::JsonValue value, std::string_view separator, ListText& list) {
  if (value.kind() == wire::JsonKind::text) return list.try_assign(value.text());
  for (const wire::JsonValue element : value) {
    if (!list.empty()) HF_TRY(list.try_append(separator));
    HF_TRY(list.try_append(element.text()));
  }
  return Status::ok;
}

bool are_identifiers(std::string_view list) {
  for (std::string_view id = stores::take_word(list, ","); !id.empty();
       id = stores::take_word(list, ",")) {
    if (!is_identifier(id)) return false;
  }
  return true;
}

Status wish(const Sights& sights, const Request& request, const DocumentId& id,
            std::span<const Change> changes, wire::JsonWriter& json) {
  const Change* problem = nullptr;
  const Status status =
      sights.inbox.set(id, changes, request.editor(), sights.clock.utc(), problem);
  return show_edit(sights, request, id, status, json);
}

Change desire(std::string_view field, const Value& value) {
  return {.field = {Part::desired, field}, .value = value};
}

// Packages of that name: how many, and whether one is of that version.
std::uint32_t count_packages(const Sights& sights, std::string_view name, std::string_view version,
                             bool& is_here) {
  std::uint32_t count = 0;
  for (state::ItemKey key; is_ok(sights.models.next(key));) {
    const std::string_view text = key.view();
    if (stores::name_of_package(text) != name) continue;
    ++count;
    is_here = is_here || stores::version_of_package(text) == version;
  }
  return count;
}

}  // namespace

Status upload_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const stores::PackagePiece piece{.file_sha256 = request.need("sha256"),
                                   .file_bytes = whole(request.find("bytes")),
                                   .offset = whole(request.find("offset")),
                                   .data = request.find("data").text()};
  if (piece.file_sha256.empty()) return Status::invalid;
  stores::ArrivedPackage arrived;
  stores::ModelProblem problem;
  if (const Status status = sights.models.take(piece, arrived, problem); !is_ok(status)) {
    return request.tell(status, problem.view());
  }
  json.member("bytes_here", arrived.bytes_here);
  json.member("is_whole", arrived.is_whole);
  if (!arrived.is_whole) return Status::ok;
  json.member("model", arrived.name.view());
  json.member("version", arrived.version.view());
  return Status::ok;
}

Status deploy_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const DocumentId id{.collection = state::kModels, .key = request.need("id")};
  const std::string_view version = request.need("version");
  if (id.key.empty() || version.empty()) return Status::invalid;
  bool is_here = false;
  static_cast<void>(count_packages(sights, id.key, version, is_here));
  if (!is_here) {
    return request.tell(Status::not_found, "no such package is here, see models list: ", version);
  }
  ListText to;
  ListText with;
  const bool fits = is_ok(read_list(request.find("to"), ",", to)) &&
                    is_ok(read_list(request.find("parameters"), " ", with));
  if (!fits || to.empty() || !are_identifiers(to.view())) {
    return request.tell(Status::invalid,
                        "\"to\": right would be ids of equipment, at most 256 bytes");
  }
  const std::array changes{desire("deployed_to", Value::text(to.view())),
                           desire("parameters", with.empty() ? Value{} : Value::text(with.view())),
                           desire("version", Value::text(version))};
  return wish(sights, request, id, changes, json);
}

Status undeploy_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const DocumentId id{.collection = state::kModels, .key = request.need("id")};
  if (id.key.empty()) return Status::invalid;
  DocumentView document;
  if (!sights.replica.find(id, document) || !document.lives()) {
    return request.tell(Status::not_found, "there is no such model here: ", id.key);
  }
  const std::array changes{desire("deployed_to", {}), desire("parameters", {})};
  return wish(sights, request, id, changes, json);
}

Status remove_model(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const DocumentId id{.collection = state::kModels, .key = request.need("id")};
  if (id.key.empty()) return Status::invalid;
  const std::string_view version = request.find("version").text();
  bool is_here = version.empty();
  const std::uint32_t count = count_packages(sights, id.key, version, is_here);
  if (count == 0 || !is_here) {
    return request.tell(Status::not_found, "there is no such package here: ", id.key);
  }
  DocumentView document;
  if (sights.replica.find(id, document)) {
    const Fields fields(document);
    const std::string_view applied = fields.text(Part::reported, "applied");
    const bool is_wanted = !fields.text(Part::desired, "deployed_to").empty() &&
                           (version.empty() || fields.text(Part::desired, "version") == version);
    const bool is_in_use = !applied.empty() && (version.empty() || applied == version);
    if (is_wanted || is_in_use) {
      return request.tell(Status::refused, "it is deployed: undeploy it first: ", id.key);
    }
  }
  Status status = Status::ok;
  std::uint32_t removed = 0;
  for (state::ItemKey key; is_ok(status) && is_ok(sights.models.next(key));) {
    const std::string_view text = key.view();
    if (stores::name_of_package(text) != id.key) continue;
    const std::string_view found = stores::version_of_package(text);
    if (!version.empty() && found != version) continue;
    status = sights.models.remove(id.key, found);
    removed += is_ok(status) ? 1U : 0U;
  }
  if (is_ok(status) && removed == count && document.lives()) {
    status = sights.inbox.remove(id, request.editor(), sights.clock.utc());
  }
  if (!is_ok(status)) return request.tell(status, "not done: ", to_text(status));
  json.member("removed", removed);
  return Status::ok;
}

Status list_models(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  constexpr std::uint32_t kListedMax = 40;  // each takes at most 1.5 KiB
  std::uint32_t listed = 0;
  json.open_array("models");
  for (std::uint32_t place = sights.replica.first_of(state::kModels);
       place < sights.replica.count() && listed < kListedMax; ++place) {
    const DocumentView document = sights.replica.at(place);
    if (document.id().collection != state::kModels) break;
    if (!document.lives()) continue;
    const Fields fields(document);
    json.open_object();
    json.member("id", document.id().key);
    for (const std::string_view name :
         {"versions", "status", "applied", "applied_to", "applied_with", "problem"}) {
      json.member(name, fields.text(Part::reported, name));
    }
    json.member("progress", fields.integer(Part::reported, "progress"));
    for (const std::string_view name : {"version", "deployed_to", "parameters"}) {
      json.member(name, fields.text(Part::desired, name));
    }
    json.close_object();
    ++listed;
  }
  json.close_array();
  return Status::ok;
}

}  // namespace hf::surfaces
