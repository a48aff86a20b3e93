#include "tools/benches/wire/frames_of_feed.h"

#include <map>
#include <memory>

#include "config/limits/limits.h"
#include "vocabulary/bytes.h"
#include "wire/frames/readings_frame.h"

namespace hf::bench {
namespace {

struct Column {
  std::vector<std::uint16_t> rows;
  std::vector<double> values;
  std::vector<Quality> qualities;
};

struct Rows {
  std::vector<Uptime> moments;
  std::map<std::uint16_t, Column> columns;
};

// A sensor that was read twice at one moment makes two rows of it, as in the gateway.
void add_scan(const Feed& feed, const Scan& scan, Rows& rows) {
  const std::size_t first = rows.moments.size();
  std::map<std::uint16_t, std::size_t> times;
  for (const stores::telemetry::ScanValue& each : feed.values_of(scan)) {
    const std::size_t row = first + times[each.sensor.value]++;
    if (row == rows.moments.size()) rows.moments.push_back(scan.at);
    Column& column = rows.columns[each.sensor.value];
    column.rows.push_back(static_cast<std::uint16_t>(row));
    column.values.push_back(each.value);
    column.qualities.push_back(each.quality);
  }
}

// As in the gateway, a sensor's lens is presumed in its next frame.
using Lenses = std::map<std::uint16_t, wire::Lens>;

std::string frame_of(const Rows& rows, std::uint64_t position, wire::ReadingsBuilder& builder,
                     Lenses& lenses) {
  static std::vector<std::byte> out(4U << 20);
  const wire::FrameHeader about{
      .stream = kBenchStream, .position = position, .roster = 1, .boot = BootId{1}};
  HF_ASSERT(is_ok(builder.begin(out, about, rows.moments)));
  for (const auto& [sensor, column] : rows.columns) {
    wire::Lens& lens = lenses[sensor];
    HF_ASSERT(is_ok(builder.add({{sensor}, column.rows, column.values, column.qualities, lens})));
    lens = builder.lens();
  }
  const Result<std::uint32_t> bytes = builder.finish();
  HF_ASSERT(bytes.ok());
  return std::string{text_of(std::span{out}.first(bytes.value()))};
}

}  // namespace

std::vector<std::string> frames_of(const Feed& feed, Duration period) {
  const auto builder = std::make_unique<wire::ReadingsBuilder>();
  std::vector<std::string> frames;
  std::uint64_t position = 0;
  Lenses lenses;
  for (auto scan = feed.scans.begin(); scan != feed.scans.end();) {
    const Uptime begun = scan->at;
    Rows rows;
    for (; scan != feed.scans.end() && scan->at - begun < period; ++scan) {
      if (rows.moments.size() > wire::kFrameRowsMax / 2) break;  // a scan may be more than one row
      add_scan(feed, *scan, rows);
    }
    frames.push_back(frame_of(rows, position, *builder, lenses));
    position += rows.moments.size();
  }
  return frames;
}

std::string moved_to(std::string frame, std::uint64_t stream) {
  const auto bytes = std::as_writable_bytes(std::span{frame});
  wire::OpenedFrame opened;
  HF_ASSERT(is_ok(wire::open_frame(bytes, opened)));
  wire::set_position(bytes, stream, opened.header.position);
  wire::seal_frame(bytes);
  return frame;
}

}  // namespace hf::bench
