#include "stores/alerts/episodes.h"

#include <array>

#include "documents/hybrid_clock.h"

namespace hf::stores {

using documents::Change;
using documents::DocumentId;
using documents::DocumentView;
using documents::Part;
using documents::Value;

namespace {

constexpr state::Editor kGateway{.side = documents::Side::gateway, .author = "gateway"};

Change report(std::string_view field, const Value& value) {
  return {.field = {Part::reported, field}, .value = value};
}

Value text_or_nothing(std::string_view text) { return text.empty() ? Value{} : Value::text(text); }

}  // namespace

Status begin_episode(state::Replica& replica, std::string_view key, const Episode& episode,
                     const UtcReading& utc) {
  const DocumentId id{.collection = state::kAlerts, .key = key};
  DocumentView document;
  std::int64_t number = 1;
  if (replica.find(id, document)) number += read_alert(document).episode;
  const bool is_dated = documents::is_trusted(utc);
  const std::array changes{
      report("active", Value::boolean(true)),
      report("episode", Value::integer(number)),
      report("equipment", text_or_nothing(episode.equipment)),
      report("sensor", text_or_nothing(episode.sensor)),
      report("rule", Value::text(episode.rule)),
      report("severity", Value::text(to_text(episode.severity))),
      report("value", Value::real(episode.value)),
      report("flapping", Value::boolean(episode.is_flapping)),
      report("text", episode.text),
      report("since_ms", is_dated ? Value::integer(utc.at.ms) : Value{}),
  };
  return replica.create(id, changes, kGateway, utc);
}

Status end_episode(state::Replica& replica, std::string_view key, const UtcReading& utc) {
  const std::array changes{report("active", Value::boolean(false)),
                           report("flapping", Value::boolean(false))};
  const Status status =
      replica.edit({.collection = state::kAlerts, .key = key}, changes, kGateway, utc);
  return status == Status::not_found ? Status::ok : status;
}

}  // namespace hf::stores
