#include "surfaces/control/status.h"

#include "stores/alerts/alerts.h"
#include "surfaces/control/link_status.h"

namespace hf::surfaces {
namespace {

void show_time(const Sights& sights, wire::JsonWriter& json) {
  const UtcReading utc = sights.clock.utc();
  const stores::TimekeepingCounts& counts = sights.ledger.timekeeping;
  json.open_object("time");
  json.member("uptime_ms", sights.clock.uptime().ms);
  json.member("utc_ms", utc.at.ms);
  json.member("utc_quality", to_text(utc.quality));
  json.member("utc_error_ms", utc.error.ms);
  json.member("boots_known", std::uint64_t{sights.anchors.boots().size()});
  json.member("anchors", counts.anchors);
  json.member("steps", counts.steps);
  json.member("failures", counts.failures);
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

void show_window(const stores::telemetry::Telemetry& window, wire::JsonWriter& json) {
  const stores::telemetry::WindowReport report = window.report();
  const stores::telemetry::Counts& counts = window.counts();
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

void show_forwarding(const stores::ForwardingCounts& counts, wire::JsonWriter& json) {
  json.open_object("forwarding");
  json.member("frames", counts.frames);
  json.member("readings", counts.readings);
  json.member("missed", counts.missed);
  json.member("failures", counts.failures);
  json.close_object();
}

void show_rehydrating(const stores::RehydratingCounts& counts, wire::JsonWriter& json) {
  json.open_object("rehydrating");
  json.member("is_done", counts.is_done);
  json.member("frames", counts.frames);
  json.member("readings", counts.readings);
  json.member("frames_of_other_roster", counts.frames_of_other_roster);
  json.member("frames_unreadable", counts.frames_unreadable);
  json.member("readings_refused", counts.readings_refused);
  json.close_object();
}

std::string_view to_text(stores::Keeping keeping) {
  switch (keeping) {
    case stores::Keeping::closed: return "closed";
    case stores::Keeping::on_flash: return "on_flash";
    case stores::Keeping::in_memory: return "in_memory";
  }
  return "closed";
}

void show_queue(const Sights& sights, Uptime now, wire::JsonWriter& json) {
  const stores::QueueFigures figures = sights.queue.figures(now);
  json.open_object("queue");
  json.member("keeping", to_text(figures.keeping));
  json.member("window_ms", figures.window.ms);
  json.member("frames", figures.frames);
  json.member("bytes", figures.bytes);
  json.member("rows_to_send", figures.readings_rows_to_send);
  json.member("events_to_send", figures.events_to_send);
  json.member("bytes_to_send", figures.bytes_to_send);
  json.member("oldest_to_send_ms", figures.oldest_to_send.ms);
  json.member("outage_left_ms", figures.outage_left.ms);
  const stores::UplinkNotes& link = sights.ledger.link;
  json.member("drain_ms",
              figures.time_to_drain(link.drain_bytes_per_second, link.rows_awaiting_receipt).ms);
  json.member("bytes_written", figures.bytes_written);
  json.member("cipher_key", std::uint64_t{figures.cipher_key});
  json.member("endurance_years_left", figures.endurance_years_left);
  json.close_object();
}

void show_update(const stores::ProofNotes& proof, std::string_view report, wire::JsonWriter& json) {
  json.open_object("update");
  json.member("needs_receipt", proof.needs_receipt);
  json.member("is_receipted", proof.is_receipted);
  json.member("probation_ms", proof.probation.ms);
  if (!report.empty()) json.member("report", report);
  json.close_object();
}

std::string_view to_text(files::JournalMode mode) {
  switch (mode) {
    case files::JournalMode::write_ahead_log: return "write_ahead_log";
    case files::JournalMode::rollback: return "rollback";
  }
  return "rollback";
}

void show_state(const Sights& sights, wire::JsonWriter& json) {
  const stores::AlertFigures alerts = stores::count_alerts(sights.replica);
  json.open_object("alerts");
  json.member("raised", alerts.raised);
  json.member("acknowledged", alerts.acknowledged);
  json.member("worst", alerts.any() ? to_text(alerts.worst) : "none");
  const stores::AlertingCounts& alerting = sights.ledger.alerting;
  json.member("rules", alerting.rules);
  json.member("rules_refused", alerting.rules_refused);
  json.member("watches", alerting.watches);
  json.member("watches_refused", alerting.watches_refused);
  json.member("raised_since_start", alerting.raised);
  json.member("ended_since_start", alerting.ended);
  json.member("failures", alerting.failures);
  json.member("readings_missed", alerting.missed);
  json.close_object();
  const stores::ReconcilingCounts& reconciling = sights.ledger.reconciling;
  const state::ReplicaCounts& replica = sights.replica.counts();
  json.open_object("documents");
  json.member("count", sights.replica.count());
  json.member("tombstones", sights.replica.tombstones());
  json.member("bytes", std::uint64_t{sights.replica.pile().bytes_used()});
  json.member("bytes_max", std::uint64_t{sights.replica.pile().bytes_max()});
  json.member("journal", to_text(sights.replica.shelf().journal()));
  json.member("not_on_flash", sights.replica.dirty_count());
  json.member("edits", replica.edits);
  json.member("merged", replica.merged);
  json.member("forgotten", replica.forgotten);
  json.member("told", reconciling.told);
  json.member("taken", reconciling.taken);
  json.member("waiting", reconciling.waiting);
  json.member("untold", reconciling.untold);
  json.member("corrupt", reconciling.corrupt);
  json.member("comparisons", reconciling.comparisons);
  json.member("push_left", reconciling.push_left);
  json.member("dropped", sights.inbox.counts().dropped);
  json.member("refused", sights.inbox.counts().refused);
  json.member("rolled_back", sights.inbox.counts().rolled_back);
  json.close_object();
}

void show_roles(const stores::RoleLedger& roles, const hal::Processes& processes,
                wire::JsonWriter& json) {
  json.open_array("roles");
  for (const stores::RoleNotes& notes : roles) {
    json.open_object();
    json.member("role", to_text(notes.who.role));
    json.member("number", std::uint64_t{notes.who.number});
    json.member("runs", notes.runs);
    if (const auto usage = processes.usage(notes.who); usage.ok()) {
      json.member("resident_bytes", usage.value().resident_bytes);
      json.member("descriptors", usage.value().descriptors_open);
    }
    json.member("starts", notes.starts);
    json.member("failed_starts", notes.failed_starts);
    json.member("ends", notes.ends);
    if (notes.ends > 0) json.member(notes.was_killed ? "end_signal" : "end_code", notes.end_code);
    json.close_object();
  }
  json.close_array();
}

}  // namespace

Status answer_status(const Sights& sights, std::string_view /*arguments*/, wire::JsonWriter& json) {
  json.member("gateway", sights.gateway);
  json.member("sensors", sights.roster.count());
  show_time(sights, json);
  show_boot(sights.ledger.boot, json);
  show_sampling(sights.ledger.sampling, json);
  show_window(sights.window, json);
  show_forwarding(sights.ledger.forwarding, json);
  show_rehydrating(sights.ledger.rehydrating, json);
  show_queue(sights, sights.clock.uptime(), json);
  show_link(sights, sights.clock.uptime(), json);
  show_traffic(sights.traffic, json);
  show_update(sights.ledger.proof, sights.updates.report(), json);
  show_state(sights, json);
  show_roles(sights.ledger.roles, sights.processes, json);
  json.member("heap_allocations_after_boot", sights.ledger.heap.allocations_after_boot);
  return Status::ok;
}

Status answer_sync_now(const Sights& sights, std::string_view /*arguments*/,
                       wire::JsonWriter& json) {
  sights.inbox.wish_sync();
  const stores::QueueFigures figures = sights.queue.figures(sights.clock.uptime());
  const stores::UplinkNotes& link = sights.ledger.link;
  json.member("phase", link.phase);
  json.member("rows_to_send", figures.readings_rows_to_send);
  json.member("events_to_send", figures.events_to_send);
  json.member("bytes_to_send", figures.bytes_to_send);
  json.member("drain_ms",
              figures.time_to_drain(link.drain_bytes_per_second, link.rows_awaiting_receipt).ms);
  return Status::ok;
}

}  // namespace hf::surfaces
