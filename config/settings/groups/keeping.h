// What is kept, where, and how soon it is safe.
#pragma once

#include <array>

#include "config/limits/limits.h"
#include "config/settings/setting.h"

namespace hf::settings {

inline constexpr auto kQueueBytesMost = static_cast<double>(limits::kBoard.queue_bytes_max);
inline constexpr auto kTelemetryBytesMost = static_cast<double>(limits::kBoard.telemetry_bytes);
// Four blocks a sensor, below which sensors take from each other: asserted where blocks are made.
inline constexpr auto kTelemetryBytesLeast = kTelemetryBytesMost / 8;

// clang-format off
inline constexpr std::array kKeepingGroups{
    duration("durability.window", Effect::at_once, seconds(10), seconds(1), seconds(300),
        "every reading is safe, on flash or upstream, this soon after it was taken"),
    duration("durability.batch_period", Effect::at_once, seconds(600), seconds(30), hours(1),
        "how often what is safe in the journal becomes one row of the queue's file"),
    boolean("history.persist", Effect::at_once, true,
        "keep on flash what upstream has too, so that the day in memory survives a restart"),
    duration("history.keep", Effect::at_once, hours(24), hours(1), days(30),
        "how long what upstream has stays on flash"),
    bytes("flash.bytes_per_day", Effect::at_once, 0, 0, 1e12,
        "the most written to flash in a day; the window is widened for it; 0: no budget"),
    boolean("flash.sealed", Effect::at_once, true,
        "what the queue puts on flash is enciphered, as soon as there is a key"),
    duration("flash.key_period", Effect::at_once, days(90), days(1), days(3650),
        "after this time powered, what comes is enciphered with a new key"),
    bytes("queue.bytes", Effect::start, kQueueBytesMost, 16.0 * limits::kMiB, kQueueBytesMost,
        "the most the queue's file takes; below what it holds now, the oldest readings lose resolution, and that is told"),
    duration("queue.live_horizon", Effect::at_once, seconds(60), seconds(1), minutes(10),
        "what is younger is live, and sent before the backlog"),
    count("queue.refusals_max", Effect::at_once, 5, 1, 1000,
        "so often may upstream refuse one frame before it is set aside"),
    bytes("telemetry.bytes", Effect::start, kTelemetryBytesMost, kTelemetryBytesLeast, kTelemetryBytesMost,
        "memory for the last day of readings; with less, fewer hours of it are kept"),
};
// clang-format on

}  // namespace hf::settings
