#include "stores/alerts/alerts.h"

#include <algorithm>
#include <array>

#include "state/joined_key.h"

namespace hf::stores {

using documents::Part;

namespace {

constexpr std::array<std::string_view, 3> kStates{"raised", "acknowledged", "resolved"};
constexpr std::array<std::string_view, 3> kSeverities{"info", "warning", "critical"};

}  // namespace

std::string_view to_text(AlertState state) { return kStates[static_cast<std::size_t>(state) % 3]; }

std::string_view to_text(Severity severity) {
  return kSeverities[static_cast<std::size_t>(severity) % 3];
}

Severity severity_of(std::string_view text) {
  const auto* const found = std::ranges::find(kSeverities, text);
  return found == kSeverities.end() ? Severity::warning
                                    : static_cast<Severity>(found - kSeverities.begin());
}

Alert read_alert(const documents::DocumentView& document) {
  const state::Fields fields(document);
  Alert alert;
  alert.key = document.id().key;
  alert.severity = severity_of(fields.text(Part::reported, "severity"));
  alert.equipment = fields.text(Part::reported, "equipment");
  alert.sensor = fields.text(Part::reported, "sensor");
  alert.rule = fields.text(Part::reported, "rule");
  alert.text = fields.text(Part::reported, "text");
  alert.note = fields.text(Part::desired, "note");
  alert.value = fields.real(Part::reported, "value");
  alert.episode = fields.integer(Part::reported, "episode");
  alert.since_ms = fields.integer(Part::reported, "since_ms");
  alert.is_active = fields.boolean(Part::reported, "active");
  alert.is_flapping = fields.boolean(Part::reported, "flapping");
  const bool is_resolved = fields.integer(Part::desired, "resolved") == alert.episode;
  const bool is_seen = fields.integer(Part::desired, "acknowledged") == alert.episode;
  alert.state = !alert.is_active || is_resolved ? AlertState::resolved
                : is_seen                       ? AlertState::acknowledged
                                                : AlertState::raised;
  return alert;
}

state::ItemKey alert_key(std::string_view equipment, std::string_view sensor,
                         std::string_view rule) {
  return state::join_key({equipment, sensor, rule});
}

AlertFigures count_alerts(const state::Replica& replica, std::string_view equipment) {
  AlertFigures figures;
  for (std::uint32_t place = replica.first_of(state::kAlerts); place < replica.count(); ++place) {
    const documents::DocumentView document = replica.at(place);
    if (document.id().collection != state::kAlerts) break;
    const Alert alert = read_alert(document);
    if (!equipment.empty() && alert.equipment != equipment) continue;
    if (alert.state == AlertState::resolved) continue;
    ++(alert.state == AlertState::raised ? figures.raised : figures.acknowledged);
    figures.worst = std::max(figures.worst, alert.severity);
  }
  return figures;
}

}  // namespace hf::stores
