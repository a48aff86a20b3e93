#include "gateway/applied_settings.h"

namespace hf::gateway {

using settings::at;

stores::QueueSettings queue_settings(const stores::SettingSet& set,
                                     const stores::QueueSettings& before) {
  stores::QueueSettings queue = before;
  queue.window = set.duration(at("durability.window"));
  queue.batch_period = set.duration(at("durability.batch_period"));
  queue.persist_history = set.boolean(at("history.persist"));
  queue.history = set.duration(at("history.keep"));
  queue.live_horizon = set.duration(at("queue.live_horizon"));
  queue.flash_bytes_per_day = set.whole<std::uint64_t>(at("flash.bytes_per_day"));
  queue.is_sealed = set.boolean(at("flash.sealed"));
  queue.key_period = set.duration(at("flash.key_period"));
  queue.refusals_max = set.whole<std::uint32_t>(at("queue.refusals_max"));
  queue.file_bytes_max = set.whole<std::uint64_t>(at("queue.bytes"));
  return queue;
}

stores::SensorDefaults sensor_defaults(const stores::SettingSet& set) {
  return {.dead_band = set.number(at("sensors.dead_band")),
          .max_silence = set.duration(at("sensors.max_silence")),
          .stale_after = set.duration(at("sensors.stale_after")),
          .stuck_after = set.duration(at("sensors.stuck_after")),
          .rate_max_per_second = set.whole<std::uint16_t>(at("sensors.rate_max")),
          .period = set.duration(at("sensors.period"))};
}

stores::NodeSettings node_settings(const stores::SettingSet& set) {
  return {.breaker = {.failures_max = set.whole<std::uint32_t>(at("nodes.breaker.failures")),
                      .open_for = set.duration(at("nodes.breaker.open"))},
          .probe = set.duration(at("nodes.breaker.probe"))};
}

flows::AlertDefaults alert_defaults(const stores::SettingSet& set) {
  return {.delay = set.duration(at("alerts.delay")),
          .hysteresis = set.number(at("alerts.hysteresis")),
          .latch = set.boolean(at("alerts.latch")),
          .flapping_raises = set.whole<std::uint8_t>(at("alerts.flapping.raises")),
          .flapping_within = set.duration(at("alerts.flapping.span"))};
}

namespace {

constexpr bool are_rights(const settings::Setting& setting) {
  for (std::size_t i = 0; i < kRightWords.size(); ++i) {
    if (settings::choice_word(setting, i) != kRightWords[i]) return false;
  }
  return static_cast<std::size_t>(setting.most) + 1 == kRightWords.size();
}
static_assert(are_rights(settings::setting_at(at("command.rights"))) &&
              are_rights(settings::setting_at(at("control.group_rights"))));

}  // namespace

Rights rights(const stores::SettingSet& set) {
  return {.upstream = static_cast<Right>(set.whole<std::uint8_t>(at("command.rights"))),
          .group = static_cast<Right>(set.whole<std::uint8_t>(at("control.group_rights")))};
}

void configure(const stores::Roster& roster, stores::telemetry::Telemetry& window) {
  for (std::uint32_t i = 0; i < roster.count(); ++i) {
    const SensorIndex sensor{static_cast<std::uint16_t>(i)};
    window.configure(sensor, {.stale_after = roster.at(sensor).stale_after, .hints = {}});
  }
}

std::size_t window_bytes(const stores::SettingSet& set) {
  return set.whole<std::size_t>(at("telemetry.bytes"));
}

namespace {

flows::UpwardSettings upward_of(const stores::SettingSet& set, settings::SettingIndex coalesce,
                                settings::SettingIndex upstream, settings::SettingIndex debounce,
                                settings::SettingIndex batch) {
  return {.coalesces = set.boolean(coalesce),
          .upstream = set.boolean(upstream),
          .debounce = set.duration(debounce),
          .batch = set.whole<std::uint32_t>(batch)};
}

}  // namespace

flows::SyncSettings sync_settings(const stores::SettingSet& set) {
  return {.equipment = upward_of(set, at("sync.equipment.coalesce"), at("sync.equipment.upstream"),
                                 at("sync.equipment.debounce"), at("sync.equipment.batch")),
          .nodes = upward_of(set, at("sync.nodes.coalesce"), at("sync.nodes.upstream"),
                             at("sync.nodes.debounce"), at("sync.nodes.batch")),
          .alerts = upward_of(set, at("sync.alerts.coalesce"), at("sync.alerts.upstream"),
                              at("sync.alerts.debounce"), at("sync.alerts.batch")),
          .own = {}};
}

namespace {

// Takes over what a layer says, and leaves what none does.
class Said {
 public:
  explicit Said(const stores::SettingSet& set) : set_(set) {}

  void take(settings::SettingIndex from, Duration& to) const {
    if (set_.says(from)) to = set_.duration(from);
  }
  template <typename Number>
  void take(settings::SettingIndex from, Number& to) const {
    if (set_.says(from)) to = static_cast<Number>(set_.number(from));
  }
  template <std::size_t N>
  void take(settings::SettingIndex from, FixedString<N>& to) const {
    if (set_.says(from)) to.assign(set_.text(from));
  }

 private:
  const stores::SettingSet& set_;
};

void take_whereto(const stores::SettingSet& set, flows::UplinkSettings& uplink) {
  const Said said(set);
  said.take(at("uplink.broker"), uplink.host);
  said.take(at("uplink.port"), uplink.port);
  said.take(at("uplink.transport"), uplink.transport);
  said.take(at("uplink.web_port"), uplink.web_port);
  said.take(at("uplink.look_again"), uplink.look_again);
  said.take(at("uplink.without_tls"), uplink.without_tls);
  said.take(at("uplink.user"), uplink.user);
  said.take(at("uplink.ca_file"), uplink.ca_file);
  said.take(at("uplink.cost"), uplink.cost);
  said.take(at("uplink.root"), uplink.root);
  if (set.says(at("uplink.tenant"))) {
    HF_ASSERT(is_ok(TenantId::parse(set.text(at("uplink.tenant")), uplink.tenant)));
  }
  said.take(at("uplink.receipts"), uplink.receipt);
  said.take(at("uplink.profile"), uplink.profile);
}

void take_times(const Said& said, flows::UplinkSettings& uplink) {
  said.take(at("uplink.keep_alive"), uplink.keep_alive);
  said.take(at("uplink.session_expiry"), uplink.session_expiry);
  said.take(at("uplink.live.expiry"), uplink.live_expiry);
  said.take(at("uplink.live.period_least"), uplink.live_period_least);
  said.take(at("uplink.live.period_least_metered"), uplink.live_period_least_metered);
  said.take(at("uplink.live.period_most"), uplink.live_period_most);
  said.take(at("uplink.health.period"), uplink.health_period);
  said.take(at("uplink.health.period_metered"), uplink.health_period_metered);
  said.take(at("uplink.receipt.every"), uplink.receipt_every);
  said.take(at("uplink.receipt.every_metered"), uplink.receipt_every_metered);
  said.take(at("uplink.receipt.bytes"), uplink.receipt_bytes);
  said.take(at("uplink.sync.on_change"), uplink.on_change);
  said.take(at("uplink.sync.interval"), uplink.sync_period);
  said.take(at("uplink.sync.pending_max"), uplink.forced_sync_at);
  said.take(at("uplink.burst_period"), uplink.burst_period);
}

void take_patience(const Said& said, flows::UplinkSettings& uplink) {
  said.take(at("uplink.backoff.first"), uplink.backoff.first);
  said.take(at("uplink.backoff.factor"), uplink.backoff.factor);
  said.take(at("uplink.backoff.cap"), uplink.backoff.most_wired);
  said.take(at("uplink.backoff.cap_metered"), uplink.backoff.most_metered);
  said.take(at("uplink.backoff.attempts_max"), uplink.backoff.attempts_max);
  said.take(at("uplink.backoff.stable"), uplink.backoff.stable_after);
  said.take(at("uplink.breaker.failures"), uplink.breaker.failures_max);
  said.take(at("uplink.breaker.open"), uplink.breaker.open_for);
  said.take(at("uplink.rate.bytes_per_second"), uplink.rate.bytes_per_second);
  said.take(at("uplink.rate.messages_per_second"), uplink.rate.messages_per_second);
}

}  // namespace

flows::UplinkSettings uplink_settings(const stores::SettingSet& set,
                                      const flows::UplinkSettings& given) {
  flows::UplinkSettings uplink = given;
  take_whereto(set, uplink);
  take_times(Said(set), uplink);
  take_patience(Said(set), uplink);
  return uplink;
}

UpdateProof update_proof(const stores::SettingSet& set) {
  constexpr std::uint8_t kReceipt = 0;  // of receipt|health
  return {.needs_receipt = set.whole<std::uint8_t>(at("update.proof")) == kReceipt,
          .probation = set.duration(at("update.probation"))};
}

stores::DataPlan data_plan(const stores::SettingSet& set, const stores::DataPlan& given) {
  stores::DataPlan plan = given;
  const Said said(set);
  said.take(at("uplink.plan.bytes_per_day"), plan.day_bytes_max);
  said.take(at("uplink.plan.bytes_per_month"), plan.month_bytes_max);
  return plan;
}

ModelsSettings models_settings(const stores::SettingSet& set) {
  return {.signed_only = set.boolean(at("models.signed_only")),
          .bytes_max = set.whole<std::uint64_t>(at("models.bytes"))};
}

std::uint32_t activity_entries_most(const stores::SettingSet& set) {
  return set.whole<std::uint32_t>(at("activity.entries"));
}

}  // namespace hf::gateway
