#include "surfaces/control/status.h"

namespace hf::surfaces {
namespace {

std::string_view to_text(TimeQuality quality) {
  switch (quality) {
    case TimeQuality::unset: return "unset";
    case TimeQuality::floor: return "floor";
    case TimeQuality::coarse: return "coarse";
    case TimeQuality::synced: return "synced";
  }
  return "unset";
}

void show_time(const hal::Clock& clock, wire::JsonWriter& json) {
  const UtcReading utc = clock.utc();
  json.open_object("time");
  json.member("uptime_ms", clock.uptime().ms);
  json.member("utc_ms", utc.at.ms);
  json.member("utc_quality", to_text(utc.quality));
  json.member("utc_error_ms", utc.error.ms);
  json.close_object();
}

void show_boot(const stores::BootNotes& boot, wire::JsonWriter& json) {
  json.open_object("boot");
  json.member("took_ms", boot.took.ms);
  json.member("steps_degraded", boot.steps_degraded);
  json.member("first_degraded", boot.first_degraded);
  json.close_object();
}

void show_sampling(const stores::SamplingCounts& counts, wire::JsonWriter& json) {
  json.open_object("sampling");
  json.member("taken", counts.taken);
  json.member("kept", counts.kept);
  json.member("flood", counts.flood);
  json.member("within_dead_band", counts.within_dead_band);
  json.member("unknown", counts.unknown);
  json.member("refused", counts.refused);
  json.close_object();
}

void show_window(const telemetry::Telemetry& window, wire::JsonWriter& json) {
  const telemetry::WindowReport report = window.report();
  const telemetry::Counts& counts = window.counts();
  const std::uint64_t held = window.held();
  json.open_object("window");
  json.member("readings", held);
  json.member("hours", report.hours);
  json.member("below_window", report.below_window);
  json.member("blocks", report.blocks);
  json.member("blocks_free", report.blocks_free);
  json.member("blocks_recommended", report.blocks_recommended);
  json.member("memory_bytes", std::uint64_t{window.memory_bytes()});
  json.member("expired", counts.expired);
  json.member("evicted", counts.evicted);
  json.member("refused_late", counts.refused_late);
  json.member("refused_future", counts.refused_future);
  json.close_object();
}

}  // namespace

Status answer_status(const Sights& sights, std::string_view /*arguments*/, wire::JsonWriter& json) {
  json.member("gateway", sights.gateway);
  json.member("sensors", sights.roster.count());
  show_time(sights.clock, json);
  show_boot(sights.ledger.boot, json);
  show_sampling(sights.ledger.sampling, json);
  show_window(sights.window, json);
  return Status::ok;
}

Status answer_sensors(const Sights& sights, std::string_view /*arguments*/,
                      wire::JsonWriter& json) {
  const Uptime now = sights.clock.uptime();
  json.open_array("sensors");
  for (std::uint32_t i = 0; i < sights.roster.count(); ++i) {
    const SensorIndex index{static_cast<std::uint16_t>(i)};
    const stores::SensorFacts& facts = sights.roster.at(index);
    json.open_object();
    json.member("equipment", facts.equipment.text());
    json.member("sensor", facts.sensor.text());
    if (!facts.unit.empty()) json.member("unit", facts.unit.view());
    telemetry::Latest latest;
    if (is_ok(sights.window.latest(index, now, latest))) {
      json.member("value", latest.value);
      json.member("quality", hf::to_text(latest.quality));
      json.member("age_ms", latest.age.ms);
      json.member("stale", latest.stale);
    }
    json.close_object();
  }
  json.close_array();
  return Status::ok;
}

}  // namespace hf::surfaces
