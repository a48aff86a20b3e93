// The gateway: the one object that owns every store and flow, and connects them.
//
//   Board board(options);                          // the platform answers hal/
//   static GatewayMemory memory;                   // all it will ever use
//   Gateway gateway(board.hal(), memory, identity);
//   gateway.know(facts) for each sensor;
//   if (!is_ok(gateway.start().status)) …          // the log has said why
//   while (loop.wait_until(gateway.step(now)) …)
//
// It is one thread, allocates nothing, and knows the world only through hal::Board.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "files/database/engine.h"
#include "files/metering/metered_flash.h"
#include "files/sealing/sealing.h"
#include "flows/accounting/accounting.h"
#include "flows/announcing/announcing.h"
#include "flows/chronicling/chronicling.h"
#include "flows/compacting/wire_shaping.h"
#include "flows/forwarding/forwarding.h"
#include "flows/forwarding/into_queue.h"
#include "flows/rehydrating/rehydrating.h"
#include "flows/sampling/sampling.h"
#include "flows/timekeeping/timekeeping.h"
#include "flows/uplink/backoff_note.h"
#include "flows/uplink/uplink.h"
#include "gateway/arrivals.h"
#include "gateway/configuring.h"
#include "gateway/gateway_memory.h"
#include "gateway/notices.h"
#include "gateway/settings_mirror.h"
#include "gateway/state_side.h"
#include "gateway/wire_cutting.h"
#include "hal/board.h"
#include "lifecycle/boot/boot.h"
#include "lifecycle/supervisor/supervisor.h"
#include "stores/activity/activity.h"
#include "stores/ledger/ledger.h"
#include "stores/nodes/nodes.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/roster/roster.h"
#include "stores/telemetry/telemetry.h"
#include "stores/updates/updates.h"
#include "surfaces/control/control.h"

namespace hf::gateway {

class Gateway {
 public:
  // REQUIRES: all three outlive it.
  Gateway(hal::Board& board, GatewayMemory& memory, const GatewayId& id);
  Gateway(const Gateway&) = delete;
  Gateway& operator=(const Gateway&) = delete;

  // Enters a sensor into the roster, with what a file says of it by name; outcomes of
  // stores::Roster::add(); full also: more nodes than the board has room for. Before start().
  Result<SensorIndex> know(const stores::SensorFacts& facts,
                           const stores::SensorWords& by_name = {});

  // Keeps another role of the program running; outcomes of lifecycle::Supervisor::want().
  Status want(hal::RoleInstance who, std::uint64_t memory_bytes_max);

  // What the settings' file and the environment say: Configuring::set_base(). Before start().
  void set_base(const stores::SettingLayers& base, bool is_sound);

  // Walks the boot sequence. What halts it, and what it goes on without, is in the report.
  lifecycle::BootReport start();

  // Where to send, as far as no layer of settings says it; at once. No host: nothing is sent.
  void set_uplink(const flows::UplinkSettings& settings);
  // Of the program, said upstream. REQUIRES: a literal.
  void set_version(std::string_view version) { uplink_.set_version(version); }
  void set_data_plan(const stores::DataPlan& plan);  // takes effect within seconds

  // Everything that is due. Returns when it wants to be called again; being called earlier is fine.
  // REQUIRES: started.
  Uptime step(Uptime now);

  // An orderly end: what is in memory is filed. ok.  unavailable: it is as safe as at a power cut.
  Status stop();

  enum class Way : std::uint8_t { owner, group, upstream };  // by which somebody asks
  // Answers one line of the control socket, or of a command: surfaces/control.
  std::string_view answer(std::string_view line, std::span<char> answer, Way way = Way::owner);

  const stores::Ledger& ledger() const { return ledger_; }
  const stores::telemetry::Telemetry& window() const { return window_; }
  const stores::Settings& settings() const { return configuring_.settings(); }
  StateSide& state() { return state_; }
  stores::QueueFigures queue_figures() { return queue_.figures(board_.clock.uptime()); }

 private:
  struct Boot;
  void apply_settings();
  Uptime forward(Uptime now);
  Uptime account(Uptime now);
  void obey(Uptime now);
  Uptime chronicle();
  void count();
  flows::NodeFacts node_facts();

  hal::Board& board_;
  GatewayId id_;
  stores::Ledger ledger_;
  stores::Roster roster_;
  stores::Nodes nodes_;
  stores::telemetry::Telemetry window_;
  files::MeteredFlash flash_;
  files::Engine engine_;
  flows::compacting::WireShaping shaper_;
  files::Sealing sealing_;
  stores::OfflineQueue queue_;
  stores::Anchors anchors_;
  stores::AnchorFile anchor_file_;
  state::Shelf shelf_;
  Configuring configuring_;
  std::span<std::byte> arguments_;
  lifecycle::Supervisor supervisor_;
  flows::Sampling sampling_;
  flows::Timekeeping timekeeping_;
  flows::Announcing announcing_;
  flows::forwarding::FrameCutter cutter_;
  flows::forwarding::IntoQueue into_queue_;
  std::span<std::byte> frame_memory_;
  flows::uplink::ParcelMemory parcels_;
  WireCutting cutting_;
  WireTexts texts_;
  stores::Traffic traffic_;
  flows::MeteredLink metered_link_;
  flows::Accounting accounting_;
  flows::Uplink uplink_;
  flows::uplink::BackoffNote backoff_note_;
  stores::Updates updates_;
  stores::QueueMark started_at_;  // what is received beyond was kept since the start
  flows::UplinkSettings given_uplink_;
  flows::UplinkSettings applied_uplink_;
  stores::DataPlan given_plan_;
  std::optional<flows::forwarding::Forwarding> forwarding_;  // from start() on, with the roster
  flows::Rehydrating rehydrating_;
  StateSide state_;
  SettingsMirror mirror_;
  stores::Activity activity_;
  flows::Chronicling chronicling_;
  std::uint64_t told_activity_ = 0;
  Arrivals arrivals_;
  Notices notices_;
  Uptime rehydrating_at_;
  Uptime housekeeping_at_;
};

static_assert(sizeof(Gateway) + sizeof(GatewayMemory) <= limits::kBoard.core_ram_bytes_max,
              "the gateway must fit beside the kernel: see config/limits");
static_assert(sizeof(Gateway) <= limits::column_ram_bytes(limits::kBoard),
              "config/limits counts less memory for the gateway's objects than they have");

}  // namespace hf::gateway
