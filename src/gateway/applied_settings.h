// Settings as the parts of the gateway take them: one function for each, from the table's paths to
// the part's own struct. Nothing else turns a setting into behaviour.
#pragma once

#include <cstdint>

#include "flows/alerting/watching.h"
#include "flows/reconciling/reconciling.h"
#include "flows/uplink/settings.h"
#include "stores/nodes/nodes.h"
#include "stores/offline_queue/settings.h"
#include "stores/roster/roster.h"
#include "stores/settings/setting_set.h"
#include "stores/telemetry/telemetry.h"
#include "stores/traffic/traffic.h"
#include "vocabulary/right.h"

namespace hf::gateway {

// `before` is what the queue has; what no setting is about stays as it is there.
stores::QueueSettings queue_settings(const stores::SettingSet& set,
                                     const stores::QueueSettings& before);

stores::SensorDefaults sensor_defaults(const stores::SettingSet& set);

stores::NodeSettings node_settings(const stores::SettingSet& set);

flows::AlertDefaults alert_defaults(const stores::SettingSet& set);

// What whoever comes by that way may do.
struct Rights {
  Right upstream = Right::configure;
  Right group = Right::configure;  // of the control socket
  friend bool operator==(const Rights&, const Rights&) = default;
};
Rights rights(const stores::SettingSet& set);

// What the window must know of each sensor: when it is stale.
void configure(const stores::Roster& roster, stores::telemetry::Telemetry& window);

// Of the board's memory for readings, what the window may have.
std::size_t window_bytes(const stores::SettingSet& set);
flows::SyncSettings sync_settings(const stores::SettingSet& set);

// `given` is what the gateway was given by whoever made it; what a layer says wins over it.
flows::UplinkSettings uplink_settings(const stores::SettingSet& set,
                                      const flows::UplinkSettings& given);

// What makes a new system the good one, and how soon.
struct UpdateProof {
  bool needs_receipt = true;  // where anything is sent
  Duration probation;

  friend bool operator==(const UpdateProof&, const UpdateProof&) = default;
};
UpdateProof update_proof(const stores::SettingSet& set);

stores::DataPlan data_plan(const stores::SettingSet& set, const stores::DataPlan& given);

struct ModelsSettings {
  bool signed_only = true;
  std::uint64_t bytes_max = 0;
  friend bool operator==(const ModelsSettings&, const ModelsSettings&) = default;
};
ModelsSettings models_settings(const stores::SettingSet& set);

std::uint32_t activity_entries_most(const stores::SettingSet& set);

}  // namespace hf::gateway
