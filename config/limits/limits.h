// The board classes, and the one this build is for (CMake: HOLDFAST_BOARD).
#pragma once

#include "config/limits/board_class.h"

namespace hf::limits {

// A 64 MB ARM board with an SD card or raw flash, one machine attached. The kernel and its caches
// want about 24 MB, the link role up to 8 MB; 24 MB for the core leave a margin of 8 MB.
inline constexpr BoardClass kGateway64m{
    .name = "gateway_64m",
    .sensors_max = 128,  // the densest machine we know has 112
    .nodes_max = 33,     // a segment of RS-485 has 32
    .sample_period_least = seconds(1),
    .scan_readings_max = 256,  // two scans: one turn of the loop may be late by one
    .window = hours(24),
    .telemetry_bytes = 14 * kMiB,   // 11.06 million readings at up to 1.32 bytes each
    .telemetry_block_bytes = 1280,  // measured best for memory and time: docs/decisions/0011
    .telemetry_chunk_readings = 64,
    .telemetry_scan_sources_max = 4,
    .telemetry_subscriptions_max = 16,
    .sqlite_arena_bytes =
        512 * kKiB,  // measured peak 58 KiB outside the page cache, per connection
    .sqlite_page_cache_bytes = 1 * kMiB,
    .flash_bytes_max = 512 * kMiB,  // half of a 1 GB card: the other half is for wear levelling
    .queue_bytes_max = 448 * kMiB,
    .state_bytes_max = 4 * kMiB,  // 1,000 documents take 0.5; versions of settings the rest
    .state_cache_pages = 32,
    .state_document_bytes = 512 * kKiB,  // a usual document has 300 bytes
    .documents_max = 1024,               // 128 sensors, their alerts, and room for what was deleted
    .inbox_bytes = 64 * kKiB,
    .rules_max = 64,
    .watches_max = 512,             // four rules a sensor
    .journal_bytes = 512 * kKiB,    // 128 blocks: 600 s at W = 5 s; below that it is batched sooner
    .frame_bytes_max = 128 * kKiB,  // 600 s of 128 sensors at 1.02 bytes is 78 KiB
    .frame_rows_max = 2048,         // 600 s of three buses, each with a scan clock of its own
    .frames_merged_max = 128,       // 600 s of small frames at W = 5 s
    .fresh_bytes = 384 * kKiB,      // 600 s of 128 sensors, cut every second: 2.2 bytes a reading
    .fresh_frames_max = 1024,
    .waiting_event_bytes = 64 * kKiB,  // an hour of busy alerts
    .waiting_events_max = 256,
    .queue_cache_pages = 128,
    .core_ram_bytes_max = 24 * kMiB,
    .anchor_boots_max = 32,           // those of a day with a supply that fails again and again
    .link_role_bytes_max = 8 * kMiB,  // 1.0 MB connected with TLS; two frames in flight, twice held
};

// A desktop or a large gateway: several machines on one box.
inline constexpr BoardClass kDesktop{
    .name = "desktop",
    .sensors_max = 1024,
    .nodes_max = 257,
    .sample_period_least = seconds(1),
    .scan_readings_max = 2048,
    .window = hours(24),
    .telemetry_bytes = 112 * kMiB,  // 88.5 million readings at up to 1.32 bytes each
    .telemetry_block_bytes = 2048,  // as good within 0.3 %, and indexes stay 16 bits
    .telemetry_chunk_readings = 64,
    .telemetry_scan_sources_max = 8,
    .telemetry_subscriptions_max = 64,
    .sqlite_arena_bytes = 2 * kMiB,
    .sqlite_page_cache_bytes = 8 * kMiB,
    .flash_bytes_max = 4096 * std::uint64_t{kMiB},
    .queue_bytes_max = 3584 * std::uint64_t{kMiB},
    .state_bytes_max = 32 * kMiB,
    .state_cache_pages = 128,
    .state_document_bytes = 4 * kMiB,
    .documents_max = 8192,
    .inbox_bytes = 256 * kKiB,
    .rules_max = 256,
    .watches_max = 4096,
    .journal_bytes = 8 * kMiB,
    .frame_bytes_max = 1 * kMiB,  // 600 s of 1,024 sensors at 1.02 bytes is 612 KiB
    .frame_rows_max = 8192,       // 600 s of twelve buses
    .frames_merged_max = 256,
    .fresh_bytes = 3 * kMiB,
    .fresh_frames_max = 4096,
    .waiting_event_bytes = 256 * kKiB,
    .waiting_events_max = 1024,
    .queue_cache_pages = 512,
    .core_ram_bytes_max = 160 * kMiB,
    .anchor_boots_max = 64,
    .link_role_bytes_max = 32 * kMiB,
};

static_assert(holds_together(kGateway64m),
              "gateway_64m: a capacity breaks a relation in board_class.h");
static_assert(holds_together(kDesktop), "desktop: a capacity breaks a relation in board_class.h");

#if defined(HOLDFAST_BOARD_desktop)
inline constexpr const BoardClass& kBoard = kDesktop;
#elif defined(HOLDFAST_BOARD_gateway_64m)
inline constexpr const BoardClass& kBoard = kGateway64m;
#else
#error "HOLDFAST_BOARD names no board class in config/limits/limits.h"
#endif

}  // namespace hf::limits
