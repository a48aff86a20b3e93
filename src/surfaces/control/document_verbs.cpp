#include "surfaces/control/document_verbs.h"

#include <array>

#include "state/fields.h"
#include "stores/alerts/alerts.h"
#include "surfaces/control/document_edits.h"
#include "surfaces/control/document_json.h"
#include "surfaces/control/sensor_verbs.h"

namespace hf::surfaces {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using state::Fields;

namespace {

constexpr std::uint32_t kListedMax = 200;  // in one answer; `after` asks for the next ones

// Whether a list with these arguments shows this one.
bool is_wanted(const Sights& sights, const Request& request, const DocumentView& document) {
  const Fields fields(document);
  const std::string_view state = request.find("state").text();
  const std::string_view equipment = request.find("equipment").text();
  if (document.id().collection == state::kAlerts) {
    const stores::Alert alert = stores::read_alert(document);
    return (state.empty() || state == stores::to_text(alert.state)) &&
           (equipment.empty() || equipment == alert.equipment);
  }
  const std::string_view status = request.find("status").text();
  const std::string_view tag = request.find("tag").text();
  const std::string_view seen = fields.text(Part::reported, "status", "offline");
  if (!status.empty() && status != fields.text(Part::desired, "status", seen)) return false;
  if (request.find("has_alerts").boolean() &&
      !stores::count_alerts(sights.replica, document.id().key).any()) {
    return false;
  }
  if (tag.empty()) return true;
  std::string_view tags = fields.text(Part::desired, "tags");
  while (!tags.empty()) {
    const std::size_t end = std::min(tags.find(','), tags.size());
    if (tags.substr(0, end) == tag) return true;
    tags.remove_prefix(std::min(end + 1, tags.size()));
  }
  return false;
}

Status list_all(const Sights& sights, std::string_view collection, std::string_view arguments,
                wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const std::string_view after = request.find("after").text();
  std::uint32_t listed = 0;
  std::string_view last;
  json.open_array(collection);
  std::uint32_t place = sights.replica.first_of(collection);
  for (; place < sights.replica.count() && listed < kListedMax; ++place) {
    const DocumentView document = sights.replica.at(place);
    if (document.id().collection != collection) break;
    if (!document.lives() || document.id().key <= after) continue;
    if (!is_wanted(sights, request, document)) continue;
    json.open_object();
    show_summary(sights.replica, document, json);
    json.close_object();
    last = document.id().key;
    ++listed;
  }
  json.close_array();
  if (listed == kListedMax) json.member("more_after", last);
  return Status::ok;
}

Status get_one(const Sights& sights, std::string_view collection, std::string_view arguments,
               wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const std::string_view key = request.need("id");
  if (key.empty()) return Status::invalid;
  DocumentView document;
  if (!sights.replica.find({.collection = collection, .key = key}, document) || !document.lives()) {
    return no_such(request, key);
  }
  show_document(document, json);
  if (collection == state::kEquipment) {
    const stores::AlertFigures alerts = stores::count_alerts(sights.replica, key);
    json.member("alerts_raised", alerts.raised);
    json.member("alerts_acknowledged", alerts.acknowledged);
    show_sensors_of(sights, key, json);
  }
  return Status::ok;
}

// One field of one thing, by a verb of its own.
Status set_field(const Sights& sights, Request& request, const DocumentId& id,
                 std::string_view field, const Value& value, wire::JsonWriter& json) {
  std::array<Change, 2> changes{Change{.field = {Part::desired, field}, .value = value}};
  std::size_t count = 1;
  if (const std::string_view note = request.find("note").text(); !note.empty()) {
    changes[count++] = {.field = {Part::desired, "note"}, .value = Value::text(note)};
  }
  const Change* problem = nullptr;
  const Status status = sights.inbox.set(id, std::span{changes}.first(count), request.editor(),
                                         sights.clock.utc(), problem);
  return show_edit(sights, request, id, status, json);
}

// A person's word on the episode that is shown now.
Status answer_word(const Sights& sights, std::string_view arguments, std::string_view field,
                   wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  const DocumentId id{.collection = state::kAlerts, .key = request.need("id")};
  if (id.key.empty()) return Status::invalid;
  DocumentView document;
  if (!sights.replica.find(id, document) || !document.lives()) return no_such(request, id.key);
  const std::int64_t episode = stores::read_alert(document).episode;
  return set_field(sights, request, id, field, Value::integer(episode), json);
}

}  // namespace

template <std::size_t kCollection>
Status DocumentVerbs<kCollection>::list(const Sights& sights, std::string_view arguments,
                                        wire::JsonWriter& json) {
  return list_all(sights, state::kCollections[kCollection], arguments, json);
}
template <std::size_t kCollection>
Status DocumentVerbs<kCollection>::get(const Sights& sights, std::string_view arguments,
                                       wire::JsonWriter& json) {
  return get_one(sights, state::kCollections[kCollection], arguments, json);
}
template <std::size_t kCollection>
Status DocumentVerbs<kCollection>::set(const Sights& sights, std::string_view arguments,
                                       wire::JsonWriter& json) {
  return set_document(sights, state::kCollections[kCollection], arguments, json);
}
template <std::size_t kCollection>
Status DocumentVerbs<kCollection>::remove(const Sights& sights, std::string_view arguments,
                                          wire::JsonWriter& json) {
  return remove_document(sights, state::kCollections[kCollection], arguments, json);
}

template struct DocumentVerbs<0>;
template struct DocumentVerbs<3>;
template struct DocumentVerbs<4>;
template struct DocumentVerbs<5>;
static_assert(state::kCollections.size() == 7, "each has its verbs above, settings its own");

Status answer_alerts_ack(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  return answer_word(sights, arguments, "acknowledged", json);
}

Status answer_alerts_resolve(const Sights& sights, std::string_view arguments,
                             wire::JsonWriter& json) {
  return answer_word(sights, arguments, "resolved", json);
}

Status answer_sync_push(const Sights& sights, std::string_view /*arguments*/,
                        wire::JsonWriter& json) {
  sights.inbox.wish_push();
  json.member("documents", sights.replica.count());
  return Status::ok;
}

// How far a push is, and whether anything waits to be told. What went into the queue is sent by it.
Status answer_sync_progress(const Sights& sights, std::string_view /*arguments*/,
                            wire::JsonWriter& json) {
  const stores::ReconcilingCounts& counts = sights.ledger.reconciling;
  json.member("documents", sights.replica.count());
  json.member("push_all", counts.push_all);
  json.member("push_left", counts.push_left);
  json.member("waiting", counts.waiting);
  json.member("comparisons", counts.comparisons);
  json.member("told", counts.told);
  json.member("taken", counts.taken);
  json.member("events_to_send", sights.queue.figures(sights.clock.uptime()).events_to_send);
  return Status::ok;
}

Status answer_sync_pull(const Sights& sights, std::string_view /*arguments*/,
                        wire::JsonWriter& json) {
  sights.inbox.wish_pull();
  json.member("documents", sights.replica.count());
  return Status::ok;
}

}  // namespace hf::surfaces
