// What a reading costs on the wire. `./tools/bench wire --help` tells how it is asked for.
//
// Payload is measured: real frames of real readings. What MQTT and TCP add is counted by their
// rules, each of them named below; `./tools/bench drain` measures the same at a relay.
#include <algorithm>
#include <array>
#include <cstdio>
#include <iostream>
#include <string_view>

#include "config/settings/table.h"
#include "tools/benches/feed/feed_wishes.h"
#include "tools/benches/wire/frames_of_feed.h"
#include "wire/uplink/health.h"

namespace {

using namespace hf;

constexpr std::array kPeriods = {1, 5, 10, 30, 60, 300, 600};
constexpr int kPeriodShown = 60;

// IPv4 and TCP with timestamps; a segment carries 1,400 bytes on most mobile links.
constexpr std::size_t kSegmentHeaderBytes = 52;
constexpr std::size_t kSegmentBytes = 1400;

// PUBLISH of MQTT 5: type and length (1 and up to 3), an empty topic (2), packet id (2), and
// properties: their length (1) and a topic alias (3).
constexpr std::size_t kPublishBytes = 1 + 3 + 2 + 2 + 1 + 3;
constexpr std::size_t kPubackBytes = 4;  // upwards only for receipts
constexpr std::size_t kPingBytes = 2;
// The most that the link role asks for, and a look of Paho's at the clock.
constexpr int kPingEveryS = 31;
// A receipt as it comes down: one entry without holes, on a topic that the broker does not shorten.
constexpr std::size_t kReceiptBytes = 1 + 4 + 8 + 1 + 4 + 1;
constexpr std::size_t kTopicBytes =
    std::string_view{"holdfast/v1/default/gateway-0001/receipt"}.size();

// What a gateway asks for and tells, on a link that costs nothing and on a metered one. Frames of a
// minute and more are those of metered links, so they are counted with the second.
struct Habits {
  double receipt_every_s;
  double health_every_s;
};
constexpr int kMeteredFromS = 60;
Habits habits_of(int period_s) {
  const auto habits = [](Duration receipt_every, Duration health_every) {
    return Habits{static_cast<double>(receipt_every.ms) / 1000,
                  static_cast<double>(health_every.ms) / 1000};
  };
  if (period_s >= kMeteredFromS) {
    return habits(settings::initial_duration("uplink.receipt.every_metered"),
                  settings::initial_duration("uplink.health.period_metered"));
  }
  return habits(settings::initial_duration("uplink.receipt.every"),
                settings::initial_duration("uplink.health.period"));
}

std::size_t health_bytes() {
  wire::HealthMessage health;
  health.gateway = "gateway-0001";
  health.boot = BootId{0x99aabbccddeeff00};
  health.uptime = Uptime{86'400'000};
  health.has_utc = true;
  health.utc = UtcTime{1'763'600'000'000};
  health.streams.push(0x1122334455667788);
  health.version = "0.1.0";
  health.outage_left = days(4);
  std::array<char, wire::kHealthBytesMax> space;
  return wire::write_health(health, space).size();
}

// Of one message up, and of the answer to it.
std::size_t bytes_up(std::size_t payload) {
  const std::size_t message = payload + kPublishBytes;
  const std::size_t segments = (message + kSegmentBytes - 1) / kSegmentBytes;
  return message + segments * kSegmentHeaderBytes + kSegmentHeaderBytes;
}

struct Cost {
  double payload = 0;
  double total = 0;    // upwards
  double proving = 0;  // of all bytes both ways, in percent: receipts
};

Cost cost_of(const bench::Feed& feed, int period_s) {
  const auto frames = bench::frames_of(feed, seconds(period_s));
  std::size_t payload = 0;
  std::size_t total = 0;
  for (const std::string& frame : frames) {
    payload += frame.size();
    total += bytes_up(frame.size());
  }
  const auto seconds_of_feed = static_cast<double>(feed.scans.size());
  const Habits habits = habits_of(period_s);
  // One a period of receipts and one for so many bytes, but never more than frames.
  const double by_bytes =
      static_cast<double>(payload) / static_cast<double>(wire::kReceiptAfterBytes);
  const double receipts = std::min(static_cast<double>(frames.size()),
                                   std::max(seconds_of_feed / habits.receipt_every_s, by_bytes));
  const double receipts_up = receipts * static_cast<double>(kPubackBytes + kSegmentHeaderBytes);
  const double receipts_down = receipts * static_cast<double>(kReceiptBytes + kTopicBytes +
                                                              kPublishBytes + kSegmentHeaderBytes);
  const double health =
      seconds_of_feed / habits.health_every_s * static_cast<double>(bytes_up(health_bytes()));
  // A ping, and the segment that acknowledges its answer, where nothing else says for so long that
  // both are there.
  const auto pings_a_frame = (period_s - 1) / kPingEveryS;  // whole ones
  const double pings = static_cast<double>(frames.size()) * static_cast<double>(pings_a_frame);
  const double pinging = pings * static_cast<double>(kPingBytes + 2 * kSegmentHeaderBytes);
  const double up = static_cast<double>(total) + receipts_up + health + pinging;
  // Answers to frames, to health and to pings come down too, in a segment each.
  const double answers = (static_cast<double>(frames.size()) + pings) *
                         static_cast<double>(kPubackBytes + kSegmentHeaderBytes);
  const auto readings = static_cast<double>(feed.values.size());
  return {static_cast<double>(payload) / readings, up / readings,
          100 * (receipts_up + receipts_down) / (up + receipts_down + answers)};
}

}  // namespace

int main(int count, char** words) {
  const bench::FeedWishes wishes = bench::read_wishes(count, words);
  const bench::Feed feed = bench::feed_of(wishes);
  std::string json;
  Cost shown;
  if (!wishes.json) {
    std::printf(
        "%s\n\n  frame of    payload   all bytes up   more   proving   (a reading, %u sensors at "
        "1 Hz)\n",
        feed.description.c_str(), feed.sensors);
  }
  for (const int period_s : kPeriods) {
    const Cost cost = cost_of(feed, period_s);
    if (period_s == kPeriodShown) shown = cost;
    std::array<char, 160> text;
    std::snprintf(text.data(), text.size(),
                  "\"%d\":{\"payload_bytes_per_reading\":%.4f,\"total_bytes_per_reading\":%.4f,"
                  "\"proving_percent\":%.2f}",
                  period_s, cost.payload, cost.total, cost.proving);
    json += (json.empty() ? "" : ",") + std::string{text.data()};
    if (!wishes.json) {
      std::printf("  %5d s  %9.3f  %13.3f  %4.1f %%  %6.2f %%\n", period_s, cost.payload,
                  cost.total, 100 * (cost.total / cost.payload - 1), cost.proving);
    }
  }
  if (wishes.json) {
    std::printf(
        "{\"payload_bytes_per_reading\":%.4f,\"total_bytes_per_reading\":%.4f,\"proving_percent\":"
        "%.2f,\"period_s\":%d,\"periods\":{%s}}\n",
        shown.payload, shown.total, shown.proving, kPeriodShown, json.c_str());
  } else {
    std::printf(
        "\n  proving: receipts, of all bytes both ways. From 60 s on with what a metered link asks "
        "for."
        "\n  others (payload, all bytes): mosquitto bridge with JSON a reading 49.6, 59; JSON "
        "batches of 10 s\n  25.6, 26.4; ThingsBoard JSON 13.7. Aimed for: 1.10 at 60 s, 1.02 "
        "at 600 s, and 8 %% more.\n");
  }
  return 0;
}
