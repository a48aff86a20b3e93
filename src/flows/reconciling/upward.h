// What goes up of which collection, and how: a table, and the settings `sync.…` beside it.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "config/settings/table.h"
#include "state/collections.h"
#include "wire/frames/frame.h"

namespace hf::flows {

// A collection whose changes go up, and as what.
struct Upward {
  std::string_view collection;
  wire::FrameKind kind;
  bool is_whole;  // the whole document: who gets it alone still knows what it is about
};

// clang-format off
inline constexpr std::array kUpward{
    Upward{state::kEquipment, wire::FrameKind::state, false},
    Upward{state::kSensors,   wire::FrameKind::state, false},
    Upward{state::kNodes,     wire::FrameKind::state, false},
    Upward{state::kRules,     wire::FrameKind::state, false},
    Upward{state::kModels,    wire::FrameKind::state, false},
    Upward{state::kSettings,  wire::FrameKind::state, false},
    Upward{state::kAlerts,    wire::FrameKind::alert, true},
};
// clang-format on

inline constexpr std::uint32_t kRowsPerCommit =
    settings::most<std::uint32_t>("sync.equipment.batch");

// How they do; from the settings `sync.…`.
struct UpwardSettings {
  bool coalesces = settings::initial<bool>("sync.equipment.coalesce");  // false: with the next step
  bool upstream = settings::initial<bool>("sync.equipment.upstream");   // false: it stays here
  Duration debounce = settings::initial_duration("sync.equipment.debounce");
  std::uint32_t batch = settings::initial<std::uint32_t>("sync.equipment.batch");  // in one commit

  friend bool operator==(const UpwardSettings&, const UpwardSettings&) = default;
};
struct SyncSettings {
  UpwardSettings equipment = {};  // and sensors and rules
  UpwardSettings nodes = {};
  UpwardSettings alerts{.coalesces = settings::initial<bool>("sync.alerts.coalesce"),
                        .upstream = settings::initial<bool>("sync.alerts.upstream"),
                        .debounce = settings::initial_duration("sync.alerts.debounce"),
                        .batch = settings::initial<std::uint32_t>("sync.alerts.batch")};
  UpwardSettings own = {};  // models and settings: as they are built in

  const UpwardSettings& of(std::string_view collection) const;
  friend bool operator==(const SyncSettings&, const SyncSettings&) = default;
};

}  // namespace hf::flows
