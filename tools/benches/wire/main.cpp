// What a reading costs on the wire. `./tools/bench wire --help` tells how it is asked for.
//
// Payload is measured: real frames of real readings. What MQTT and TCP add is counted by their
// rules, each of them named below; `./tools/bench drain` measures the same at a relay.
#include <array>
#include <cstdio>
#include <iostream>

#include "tools/benches/wire/feed_wishes.h"
#include "tools/benches/wire/frames_of_feed.h"

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
constexpr int kKeepAliveS = 20;    // the most that the link role asks for
constexpr int kReceiptEveryS = 5;  // a receipt at most this often, and one a frame at most

struct Cost {
  double payload = 0;
  double total = 0;
};

Cost cost_of(const bench::Feed& feed, int period_s) {
  const auto frames = bench::frames_of(feed, seconds(period_s));
  std::size_t payload = 0;
  std::size_t total = 0;
  for (const std::string& frame : frames) {
    payload += frame.size();
    const std::size_t message = frame.size() + kPublishBytes;
    const std::size_t segments = (message + kSegmentBytes - 1) / kSegmentBytes;
    total += message + segments * kSegmentHeaderBytes;
    total += kSegmentHeaderBytes;  // acknowledges the PUBACK that comes down
  }
  const double seconds_of_feed = static_cast<double>(feed.scans.size());
  const double receipts = seconds_of_feed / std::max(period_s, kReceiptEveryS);
  double more = receipts * static_cast<double>(kPubackBytes + kSegmentHeaderBytes);
  if (period_s > kKeepAliveS) {  // a ping, and the segment that acknowledges its answer
    more +=
        seconds_of_feed / kKeepAliveS * static_cast<double>(kPingBytes + 2 * kSegmentHeaderBytes);
  }
  const auto readings = static_cast<double>(feed.values.size());
  return {static_cast<double>(payload) / readings, (static_cast<double>(total) + more) / readings};
}

}  // namespace

int main(int count, char** words) {
  const bench::FeedWishes wishes =
      bench::read_wishes(count, words, [](auto, auto) { return false; });
  const bench::Feed feed = bench::feed_of(wishes);
  std::string json;
  Cost shown;
  if (!wishes.json) {
    std::printf("%s\n\n  frame of    payload   all bytes up   (a reading, %u sensors at 1 Hz)\n",
                feed.description.c_str(), feed.sensors);
  }
  for (const int period_s : kPeriods) {
    const Cost cost = cost_of(feed, period_s);
    if (period_s == kPeriodShown) shown = cost;
    std::array<char, 128> text;
    std::snprintf(text.data(), text.size(),
                  "\"%d\":{\"payload_bytes_per_reading\":%.4f,\"total_bytes_per_reading\":%.4f}",
                  period_s, cost.payload, cost.total);
    json += (json.empty() ? "" : ",") + std::string{text.data()};
    if (!wishes.json) std::printf("  %5d s  %9.3f  %13.3f\n", period_s, cost.payload, cost.total);
  }
  if (wishes.json) {
    std::printf(
        "{\"payload_bytes_per_reading\":%.4f,\"total_bytes_per_reading\":%.4f,\"period_s\":%d,"
        "\"periods\":{%s}}\n",
        shown.payload, shown.total, kPeriodShown, json.c_str());
  } else {
    std::printf(
        "\n  others (payload, all bytes): mosquitto bridge with JSON a reading 49.6, 59; JSON "
        "batches of 10 s\n  25.6, 26.4; ThingsBoard JSON 13.7. Aimed for: 1.10 at 60 s, 1.02 "
        "at 600 s, and 8 %% more.\n");
  }
  return 0;
}
