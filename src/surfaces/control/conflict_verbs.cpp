// What lost to what, and how to bring it back.
#include "surfaces/control/document_json.h"
#include "surfaces/control/document_verbs.h"
#include "surfaces/control/request.h"
#include "wire/json/document_values.h"

namespace hf::surfaces {

Status answer_conflicts_list(const Sights& sights, std::string_view arguments,
                             wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const std::string_view collection = request.find("collection").text();
  const std::string_view key = request.find("id").text();
  const documents::AuditRing& audit = sights.replica.audit();
  json.open_array("conflicts");
  for (std::uint64_t number = audit.oldest_number(); number <= audit.newest_number(); ++number) {
    const documents::AuditEntry* const entry = audit.find(number);
    if (entry == nullptr) continue;
    if (!collection.empty() && collection != entry->collection.view()) continue;
    if (!key.empty() && key != entry->key.view()) continue;
    json.open_object();
    json.member("number", number);
    json.member("collection", entry->collection.view());
    json.member("id", entry->key.view());
    json.member("field", entry->field.view());
    wire::write_value("lost", entry->value(), json);
    json.member("lost_by", entry->lost_author.view());
    json.member("reason", to_text(entry->reason));
    json.member("won_by", entry->won_author.view());
    json.member("noticed_ms", entry->noticed_at.ms);
    json.close_object();
  }
  json.close_array();
  json.open_array("open");
  for (std::uint32_t place = 0; place < sights.replica.count(); ++place) {
    const documents::DocumentView document = sights.replica.at(place);
    if (!collection.empty() && collection != document.id().collection) continue;
    if (!key.empty() && key != document.id().key) continue;
    wire::write_open_conflicts(document, json);
  }
  json.close_array();
  json.member("forgotten", audit.forgotten_count());
  return Status::ok;
}

Status answer_conflicts_restore(const Sights& sights, std::string_view arguments,
                                wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const Result<std::int64_t> number = request.find("number").integer();
  if (!number.ok() || number.value() <= 0) {
    return request.tell(Status::invalid, "this wants the number of a conflict: \"number\"");
  }
  const auto wanted = static_cast<std::uint64_t>(number.value());
  const Status status = sights.inbox.restore(wanted, request.editor(), sights.clock.utc());
  if (status == Status::not_found) {
    return request.tell(status, "there is no conflict of that number, or no more");
  }
  if (status == Status::refused) {
    return request.tell(status, "what the gateway reports cannot be restored by a person");
  }
  if (!is_ok(status) && status != Status::unavailable) {
    return request.tell(status, "not done: ", to_text(status));
  }
  json.member("restored", wanted);
  json.member("on_flash", is_ok(status));
  return Status::ok;
}

}  // namespace hf::surfaces
