#include "gateway/gateway.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "gateway/applied_settings.h"
#include "lifecycle/heap_seal/heap_seal.h"
#include "vocabulary/bytes.h"

namespace hf::gateway {
namespace {

// New for every boot. Where the board has no entropy yet, the boot's own id must do: what SQLite
// draws at random has to differ between boots, not to be secret.
std::uint64_t draw_seed(hal::Board& board) {
  std::array<std::byte, sizeof(std::uint64_t)> drawn{};
  if (is_ok(board.entropy.fill(drawn))) return load_u64(drawn);
  return board.clock.boot_id().value ^ static_cast<std::uint64_t>(board.clock.uptime().ms);
}

surfaces::Asker asker_by(Gateway::Way way, const stores::SettingSet& settings) {
  const Rights may = rights(settings);
  switch (way) {
    case Gateway::Way::owner: return {"local", Right::administer, "the socket"};
    case Gateway::Way::group: return {"local", may.group, "control.group_rights"};
    case Gateway::Way::upstream: return {"upstream", may.upstream, "command.rights"};
  }
  return {};
}

}  // namespace

Gateway::Gateway(hal::Board& board, GatewayMemory& memory, const GatewayId& id)
    : board_(board),
      id_(id),
      roster_(memory.roster),
      nodes_(memory.nodes, memory.nodes_of_sensors, id),
      window_(memory.telemetry, stores::telemetry::Telemetry::Capacities{}),
      flash_(board.flash),
      engine_({memory.sqlite_arena, memory.sqlite_page_cache}, flash_, draw_seed(board)),
      sealing_(board.keys),
      queue_(engine_, flash_, shaper_, memory.queue(), stores::QueueSettings{},
             {&sealing_, &board.entropy, memory.sealed_frame}),
      anchors_(memory.anchors),
      anchor_file_(flash_, memory.anchor_slots),
      shelf_(engine_, flash_),
      configuring_(shelf_, queue_, flash_, board.log),
      arguments_(memory.arguments),
      supervisor_(board.processes, ledger_.roles, board.log),
      sampling_(board.sensors, roster_, nodes_, window_, ledger_.sampling,
                {memory.sampling, memory.readings, memory.scan}),
      timekeeping_(board.clock, anchors_, anchor_file_, queue_, ledger_.timekeeping, board.log),
      announcing_(board.clock, flash_, roster_, queue_, ledger_.announcing, memory.frame),
      cutter_(window_, roster_, board.clock.boot_id()),
      into_queue_(queue_),
      frame_memory_(memory.frame),
      parcels_{.gathered = memory.parcel_gathered, .made = memory.parcel_made},
      cutting_(shaper_),
      texts_(id_, roster_, anchors_),
      metered_link_(board.link, traffic_, board.clock),
      accounting_(board.clock, flash_, metered_link_, traffic_),
      uplink_({.link = metered_link_,
               .network = board.network,
               .power = board.power,
               .clock = board.clock,
               .queue = queue_,
               .shaping = shaper_,
               .cutting = cutting_,
               .texts = texts_,
               .counts = ledger_.uplink,
               .notes = ledger_.link},
              parcels_, id, draw_seed(board)),
      backoff_note_(flash_),
      updates_(flash_),
      rehydrating_(queue_, roster_, window_, ledger_.rehydrating, memory.history_frame),
      state_(shelf_, memory.state, draw_seed(board), window_, roster_, nodes_, queue_,
             board.clock.boot_id()),
      mirror_(state_.replica(), configuring_, shelf_, id_.text()),
      activity_(shelf_, board.clock.boot_id()),
      chronicling_({.clock = board.clock,
                    .replica = state_.replica(),
                    .shelf = shelf_,
                    .queue = queue_,
                    .ledger = ledger_,
                    .settings = configuring_.settings()},
                   activity_),
      arrivals_(state_, shelf_),
      notices_(board.log, {.window = window_,
                           .queue = queue_,
                           .shelf = shelf_,
                           .flash = flash_,
                           .nodes = nodes_,
                           .replica = state_.replica()}) {
  uplink_.set_inbox(arrivals_);
}

Result<SensorIndex> Gateway::know(const stores::SensorFacts& facts,
                                  const stores::SensorWords& by_name) {
  const Result<SensorIndex> sensor = roster_.add(facts, by_name);
  HF_TRY(sensor);
  NodeId node;
  HF_ASSERT(is_ok(NodeId::parse(roster_.at(sensor.value()).node_id(), node)));
  HF_TRY(nodes_.hang(sensor.value(), node));
  return sensor;
}

Status Gateway::want(hal::RoleInstance who, std::uint64_t memory_bytes_max) {
  return supervisor_.want(who, memory_bytes_max);
}

void Gateway::set_base(const stores::SettingLayers& base, bool is_sound) {
  configuring_.set_base(base, is_sound);
}

Uptime Gateway::step(Uptime now) {
  const Uptime sampling_at = sampling_.step(now);
  const Uptime time_at = timekeeping_.step(now);
  const Uptime announcing_at = announcing_.step(now);  // before what needs the names
  const Uptime forwarding_at = forward(now);
  const Uptime accounting_at = account(now);
  if (state_.inbox().take_sync()) uplink_.sync_now(now);
  const Uptime uplink_at = uplink_.step(now);
  backoff_note_.keep(uplink_.connection().backoff());
  state_.note_link(uplink_.connection().is_online(), now);
  const Uptime state_at = state_.step(now, board_.clock.utc(), node_facts());
  if (state_.take_described()) configure(roster_, window_);
  obey(now);
  const Uptime queue_at = queue_.serve(now);
  const Uptime roles_at = supervisor_.step(now);
  const Uptime configuring_at =
      std::min({mirror_.step(now, board_.clock.utc()),
                configuring_.step(now, board_.clock.utc().at), shelf_.serve(now)});
  if (configuring_.take_change()) apply_settings();
  const Uptime chronicling_at = chronicle();
  count();
  // Last, and only when it is its turn: what is new comes before what is old.
  if (now >= rehydrating_at_) rehydrating_at_ = rehydrating_.step(now);
  if (now >= housekeeping_at_) {
    window_.prune(now);
    notices_.look(now, board_.clock.utc());
    housekeeping_at_ = now + kHousekeepingPeriod;
  }
  return std::min({sampling_at, time_at, announcing_at, forwarding_at, accounting_at, uplink_at,
                   queue_at, roles_at, state_at, configuring_at, chronicling_at, rehydrating_at_,
                   housekeeping_at_});
}

flows::NodeFacts Gateway::node_facts() {
  const Uptime end_of_time{INT64_MAX};
  const bool is_away = queue_.keeping() != stores::Keeping::on_flash || !shelf_.is_on_flash();
  return {.is_degraded = ledger_.boot.steps_degraded > 0 || is_away,
          .is_flushed = queue_.oldest_unsafe() == end_of_time};
}

// A frame is cut as often as the link is worth it; when a batch is due the queue knows best: it
// sees what was received upstream.
Uptime Gateway::forward(Uptime now) {
  forwarding_->set({.window = queue_.window(now),
                    .live_period = uplink_.live_period(),
                    .batch_period = days(365)});
  return forwarding_->step(now, board_.power.state().failing);
}

Uptime Gateway::account(Uptime now) {
  const Uptime next = accounting_.step(now);
  const stores::TrafficShare& share = accounting_.share();
  uplink_.set_share({.bytes_per_second = share.bytes_per_second, .events_only = share.events_only},
                    now);
  return next;
}

void Gateway::set_uplink(const flows::UplinkSettings& settings) {
  given_uplink_ = settings;
  configuring_.settings().expect_receipts(!settings.host.empty());
  apply_settings();
}

void Gateway::set_data_plan(const stores::DataPlan& plan) {
  given_plan_ = plan;
  apply_settings();
}

// A command from upstream is a request of the control socket. The room for parcels is free between
// two steps of the uplink, so question and answer need none of their own.
void Gateway::obey(Uptime now) {
  if (!arrivals_.has_command() || !uplink_.can_send()) return;
  const auto text_space = [](std::span<std::byte> bytes) {
    return std::span{reinterpret_cast<char*>(bytes.data()), bytes.size()};
  };
  const Arrivals::Due due = arrivals_.due(board_.clock.utc());
  const bool changes_anything = has(surfaces::right_needed(due.line), Right::operate);
  if (changes_anything) arrivals_.begin(board_.clock.utc());
  const std::string_view answered =
      due.line.empty() ? due.refusal
                       : answer(due.line, text_space(parcels_.gathered), Way::upstream);
  const std::string_view result =
      wire::write_command_result(arrivals_.id(), answered, text_space(parcels_.made));
  static_cast<void>(uplink_.send(wire::TopicClass::command_result, bytes_of(result), now));
  arrivals_.done();
}

// Whoever could rewrite all of the activity cannot rewrite what upstream heard of it.
Uptime Gateway::chronicle() {
  const Uptime next = chronicling_.step();
  const stores::ActivityMark& newest = activity_.newest();
  files::DigestHex hex;
  if (newest.number != told_activity_) {
    uplink_.set_activity(newest.number, files::hex_of(newest.digest, hex));
  }
  told_activity_ = newest.number;
  return next;
}

Status Gateway::stop() {
  const Uptime now = board_.clock.uptime();
  sampling_.step(now);
  timekeeping_.stop(now);
  forwarding_->step(now, true);  // all of it, as if power were failing
  state_.close(now, board_.clock.utc());
  uplink_.end(now);
  accounting_.stop();
  chronicling_.end();
  const Status status = queue_.close(now);
  shelf_.close();
  count();
  std::array<char, 96> fields;
  const int size = std::snprintf(
      fields.data(), fields.size(), "readings=%llu missed=%llu status=%s",
      static_cast<unsigned long long>(ledger_.forwarding.readings),
      static_cast<unsigned long long>(ledger_.forwarding.missed), to_text(status).data());
  board_.log.write(hal::LogLevel::note, "gateway_stopped",
                   {fields.data(), static_cast<std::size_t>(std::max(0, size))});
  return status;
}

// The queue has been told already.
void Gateway::apply_settings() {
  roster_.assume(sensor_defaults(configuring_.in_force()));
  state_.look_again();
  nodes_.set(node_settings(configuring_.in_force()));
  state_.assume(alert_defaults(configuring_.in_force()));
  configure(roster_, window_);
  state_.reconciling().set(sync_settings(configuring_.in_force()));
  traffic_.set_plan(data_plan(configuring_.in_force(), given_plan_));
  activity_.set_entries_most(activity_entries_most(configuring_.in_force()));
  const flows::UplinkSettings uplink = uplink_settings(configuring_.in_force(), given_uplink_);
  const UpdateProof proof = update_proof(configuring_.in_force());
  ledger_.proof.needs_receipt = proof.needs_receipt && !uplink.host.empty();
  ledger_.proof.probation = proof.probation;
  if (uplink == applied_uplink_) return;  // a connection begins anew only for what it is about
  applied_uplink_ = uplink;
  uplink_.set(uplink, board_.clock.uptime());
  if (uplink.host.empty()) return;
  // busy: it is wanted already.
  static_cast<void>(
      supervisor_.want({.role = hal::Role::link, .number = 0}, limits::kBoard.link_role_bytes_max));
}

void Gateway::count() {
  const flows::forwarding::Counts& counts = forwarding_->counts();
  ledger_.forwarding = {.frames = counts.frames,
                        .readings = counts.readings,
                        .missed = counts.missed,
                        .failures = counts.failures};
  if (!ledger_.proof.is_receipted) {
    ledger_.proof.is_receipted = queue_.received_since(started_at_);
  }
  ledger_.alerting = state_.alerting().counts();
  ledger_.reconciling = state_.reconciling().counts();
  ledger_.heap.allocations_after_boot = heap_seal::broken().count;
}

std::string_view Gateway::answer(std::string_view line, std::span<char> answer, Way way) {
  surfaces::Problem problem;
  const surfaces::Sights sights{.gateway = id_.text(),
                                .clock = board_.clock,
                                .processes = board_.processes,
                                .anchors = anchors_,
                                .traffic = traffic_,
                                .ledger = ledger_,
                                .roster = roster_,
                                .nodes = nodes_,
                                .window = window_,
                                .queue = queue_,
                                .activity = activity_,
                                .settings = configuring_.settings(),
                                .problems = configuring_.problems(),
                                .memory = arguments_,
                                .updates = updates_,
                                .replica = state_.replica(),
                                .inbox = state_.inbox(),
                                .models = state_.models(),
                                .problem = problem,
                                .asker = asker_by(way, configuring_.in_force())};
  return surfaces::answer_line(sights, line, answer);
}

}  // namespace hf::gateway
