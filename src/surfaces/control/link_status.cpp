#include "surfaces/control/link_status.h"

#include <algorithm>

namespace hf::surfaces {
namespace {

void show_line(std::string_view name, const stores::TrafficLine& line, wire::JsonWriter& json) {
  json.open_object();
  json.member("class", name);
  json.member("messages_up", line.messages_up);
  json.member("messages_down", line.messages_down);
  json.member("payload_up", line.payload_up);
  json.member("payload_down", line.payload_down);
  json.member("around_up", line.around_up);
  json.member("around_down", line.around_down);
  json.close_object();
}

void show_plan(const stores::Traffic& traffic, wire::JsonWriter& json) {
  const stores::DataPlan& plan = traffic.plan();
  const stores::PlanUse& use = traffic.use();
  json.open_object("data_plan");
  json.member("day_bytes_max", plan.day_bytes_max);
  json.member("day_bytes", use.day_bytes);
  json.member("month_bytes_max", plan.month_bytes_max);
  json.member("month_bytes", use.month_bytes);
  json.close_object();
}

}  // namespace

void show_link(const Sights& sights, Uptime now, wire::JsonWriter& json) {
  const stores::UplinkCounts& counts = sights.ledger.uplink;
  const stores::UplinkNotes& notes = sights.ledger.link;
  json.open_object("link");
  json.member("phase", notes.phase);
  json.member("transport", notes.method);
  json.member("bursts", notes.is_bursting);
  json.member("since_ms", (now - notes.since).ms);
  if (notes.phase == "waiting") json.member("next_attempt_ms", (notes.next_attempt - now).ms);
  json.member("last_end", notes.last_end);
  json.member("breaker", notes.breaker);
  json.member("attempts", counts.attempts);
  json.member("connections", counts.connections);
  json.member("reconnects", counts.connections > 0 ? counts.connections - 1 : 0);
  json.member("bytes_per_second", notes.bytes_per_second);
  json.member("is_measured", notes.is_measured);
  json.member("round_trip_ms", notes.round_trip.ms);
  json.member("live_period_ms", notes.live_period.ms);
  json.member("in_flight", notes.in_flight);
  json.member("rows_awaiting_receipt", notes.rows_awaiting_receipt);
  json.member("hub_is_silent", notes.is_hub_silent);
  if (notes.last_receipt.ms > 0) json.member("last_receipt_ms", (now - notes.last_receipt).ms);
  json.member("receipts", counts.receipts);
  json.member("receipts_bad", counts.receipts_bad);
  json.member("rows_sent", counts.rows_sent);
  json.member("rows_sent_again", counts.rows_sent_again);
  json.member("refused", counts.refused);
  json.close_object();
}

void show_traffic(const stores::Traffic& traffic, wire::JsonWriter& json) {
  json.open_object("traffic");
  json.member("connections", traffic.connections());
  json.member("radio_wakes", traffic.radio_wakes());
  json.open_array("classes");
  for (std::size_t i = 0; i < stores::kTrafficLines; ++i) {
    const stores::TrafficLine& line = traffic.line(i);
    if (line.bytes() > 0) show_line(stores::traffic_line_name(i), line, json);
  }
  show_line("all", traffic.sum(), json);
  json.close_array();
  json.close_object();
  show_plan(traffic, json);
}

}  // namespace hf::surfaces
