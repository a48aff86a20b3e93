// All memory the gateway ever uses, as one object of fixed size: put it in static storage.
//
// Sizes are those of this build's class of board (config/limits). Its size is the figure that the
// board's RAM budget is held against, at compile time.
#pragma once

#include <array>
#include <cstddef>

#include "config/limits/limits.h"
#include "files/journal/journal.h"
#include "files/sealing/sealing.h"
#include "flows/sampling/sampling.h"
#include "gateway/state_side.h"
#include "stores/anchors/anchor_file.h"
#include "stores/nodes/nodes.h"
#include "stores/offline_queue/offline_queue.h"
#include "stores/roster/roster.h"
#include "wire/channel/control_line.h"

namespace hf::gateway {

struct GatewayMemory {
  alignas(8) std::array<std::byte, limits::kBoard.telemetry_bytes> telemetry;
  std::array<stores::SensorEntry, limits::kBoard.sensors_max> roster;
  std::array<stores::Node, limits::kBoard.nodes_max> nodes;
  std::array<stores::NodeIndex, limits::kBoard.sensors_max> nodes_of_sensors;
  std::array<flows::SensorMemory, limits::kBoard.sensors_max> sampling;
  std::array<Reading, limits::kBoard.scan_readings_max> readings;
  std::array<stores::telemetry::ScanValue, limits::kBoard.scan_readings_max> scan;

  alignas(8) std::array<std::byte, limits::kBoard.sqlite_arena_bytes> sqlite_arena;
  alignas(8) std::array<std::byte, limits::kBoard.sqlite_page_cache_bytes> sqlite_page_cache;
  std::array<std::byte, limits::kBoard.fresh_bytes> fresh;
  std::array<stores::queue::FreshFrame, limits::kBoard.fresh_frames_max> fresh_frames;
  std::array<std::byte, limits::kBoard.waiting_event_bytes> events;
  std::array<stores::queue::FreshFrame, limits::kBoard.waiting_events_max> event_frames;
  std::array<std::byte, limits::kBoard.frame_bytes_max> queue_work;
  std::array<std::byte, limits::kBoard.frame_bytes_max> queue_spare;
  std::array<std::byte, files::Journal::room_for(limits::kBoard.frame_bytes_max)> journal_scratch;
  std::array<std::byte, limits::kBoard.frame_bytes_max> frame;
  std::array<std::byte, limits::kBoard.frame_bytes_max> history_frame;
  std::array<std::byte, limits::kBoard.frame_bytes_max> parcel_gathered;
  std::array<std::byte, limits::kBoard.frame_bytes_max> parcel_made;
  std::array<std::byte, limits::kBoard.frame_bytes_max + files::Sealing::kSealBytes> sealed_frame;

  std::array<stores::BootAnchors, limits::kBoard.anchor_boots_max> anchors;
  std::array<stores::AnchorSlot, limits::kBoard.anchor_boots_max + stores::kAnchorSlotsToSpare>
      anchor_slots;

  // The tree of one request on the control socket: 4 KiB of text, 16 bytes of it for each of ours.
  std::array<std::byte, 16 * wire::kControlRequestBytesMax> arguments;
  StateMemory state;

  stores::QueueMemory queue() {
    return {.fresh_bytes = fresh,
            .fresh_frames = fresh_frames,
            .event_bytes = events,
            .event_frames = event_frames,
            .work = queue_work,
            .spare = queue_spare,
            .journal_scratch = journal_scratch};
  }
};

}  // namespace hf::gateway
