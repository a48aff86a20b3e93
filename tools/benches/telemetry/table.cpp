#include "tools/benches/telemetry/table.h"

#include <cinttypes>
#include <cstdio>

namespace hf::bench {
namespace {

// Measured on Debian 12, x86-64, with 100 sensors at 1 Hz; docs/decisions/0011 has the sources.
struct Row {
  const char* what;
  const char* peers;
  const char* goal;
};
constexpr Row kMemory{"bytes of memory a reading", "RRDtool 8.0, structs 20.8, std::map 64",
                      "1.15"};
constexpr Row kInstructions{"instructions a reading taken in", "RRDtool 3,075, naive 15,700",
                            "500 (ARMv7: 1,000)"};
constexpr Row kTime{"ns a reading taken in", "SQLite row 1,900 to 14,900", ""};
constexpr Row kLatest{"ns to the latest value", "best peer 200, naive 17,700", "200"};
constexpr Row kRange{"us for an hour of one sensor", "best peer 440, SQLite rows 3,855", "75"};
constexpr Row kPrune{"us to prune an hour", "SQLite rows 690,000", "O(blocks)"};

void print_row(const Row& row, double figure) {
  std::printf("  %-34s %12.3f   %-20s %s\n", row.what, figure, row.goal, row.peers);
}

}  // namespace

void print_table(const Feed& feed, const Figures& figures) {
  std::printf("%" PRIu64 " readings of %" PRIu32 " sensors: %s\n", figures.readings, feed.sensors,
              feed.description.c_str());
  std::printf("%" PRIu64 " bytes: %" PRIu32 " blocks of %" PRIu32 ", %" PRIu32
              " of them still free, and all else\n\n",
              figures.memory_bytes, figures.blocks, figures.block_bytes, figures.blocks_free);
  std::printf("  %-34s %12s   %-20s %s\n", "", "here", "goal: at most", "others");
  print_row(kMemory, figures.bytes_per_reading);
  if (figures.instructions_per_reading) {
    print_row(kInstructions, *figures.instructions_per_reading);
  } else {
    std::printf("  %-34s %12s   %-20s %s\n", kInstructions.what, "not counted", kInstructions.goal,
                kInstructions.peers);
  }
  print_row(kTime, figures.ns_per_reading);
  print_row(kLatest, figures.latest_ns);
  print_row(kRange, figures.range_1h_us);
  print_row(kPrune, figures.prune_us_per_hour);
  std::printf("\n  %s\n",
              figures.lossless
                  ? "every reading was read back: time, quality and every bit of its value"
                  : "LOST: what was read back is not what was given");
  if (figures.refused > 0) std::printf("  %" PRIu64 " refused or dropped\n", figures.refused);
}

void print_json(const Figures& figures) {
  std::printf("{\"readings\": %" PRIu64 ", \"bytes_per_reading\": %.4f, ", figures.readings,
              figures.bytes_per_reading);
  if (figures.instructions_per_reading) {
    std::printf("\"instructions_per_reading\": %.1f, ", *figures.instructions_per_reading);
  } else {
    std::printf("\"instructions_per_reading\": null, ");
  }
  std::printf("\"ns_per_reading\": %.1f, \"latest_ns\": %.2f, \"range_1h_us\": %.2f, ",
              figures.ns_per_reading, figures.latest_ns, figures.range_1h_us);
  std::printf("\"prune_us_per_hour\": %.2f, \"lossless\": %s}\n", figures.prune_us_per_hour,
              figures.lossless ? "true" : "false");
}

}  // namespace hf::bench
