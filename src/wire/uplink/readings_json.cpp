#include "wire/uplink/readings_json.h"

#include <algorithm>
#include <charconv>

#include "wire/uplink/health.h"

namespace hf::wire {
namespace {

constexpr std::uint32_t kVersion = 1;

void find_name(const ReadingsContext& context, std::uint32_t roster, SensorIndex sensor,
               ReadingName& name) {
  if (is_ok(context.name_of(roster, sensor, name))) return;
  std::array<char, 8> digits;
  const auto end = std::to_chars(digits.begin(), digits.end(), sensor.value);
  name.assign("#");
  static_cast<void>(
      name.try_append({digits.data(), static_cast<std::size_t>(end.ptr - digits.data())}));
}

}  // namespace

Result<std::uint32_t> ReadingsJson::write(std::span<const std::byte> frame,
                                          std::string_view gateway, const ReadingsContext& context,
                                          std::span<char> out) {
  HF_TRY(cursor_.open(frame));
  const FrameHeader header = cursor_.header();
  HexDigits hex;
  JsonWriter json(out);
  json.open_object();
  json.member("v", kVersion);
  json.member("gateway", gateway);
  json.member("stream", hex_of(header.stream, hex));
  json.member("position", header.position);
  json.member("rows", header.row_count);
  json.open_array("readings");
  for (std::uint32_t from = 0; from < header.row_count; from += kRowsAtOnce) {
    const std::uint32_t count = std::min(kRowsAtOnce, header.row_count - from);
    HF_TRY(take_rows(frame, from, count));
    for (std::uint32_t i = 0; i < count; ++i) write_row(json, from + i, cells_[i], context);
    if (!json.fits()) return Status::full;
  }
  json.close_array();
  json.close_object();
  HF_TRY(json.status());
  return static_cast<std::uint32_t>(json.text().size());
}

// Of the whole frame, the cells of these rows.
Status ReadingsJson::take_rows(std::span<const std::byte> frame, std::uint32_t from,
                               std::uint32_t count) {
  HF_TRY(cursor_.open(frame));
  HF_TRY(cursor_.take_rows(std::span{rows_}.first(cursor_.header().row_count)));
  for (std::uint32_t i = 0; i < count; ++i) cells_[i].fill({});
  while (cursor_.has_next()) {
    SensorColumn column;
    HF_TRY(cursor_.take(room_.space(), column));
    if (column.sensor.value >= kSensorsMax) continue;
    const auto first = std::ranges::lower_bound(column.rows, from);
    for (auto row = first; row != column.rows.end() && *row < from + count; ++row) {
      const auto at = static_cast<std::size_t>(row - column.rows.begin());
      cells_[*row - from][column.sensor.value] = {
          .value = column.values[at], .quality = column.qualities[at], .is_there = true};
    }
  }
  return cursor_.status();
}

void ReadingsJson::write_row(JsonWriter& json, std::uint32_t row,
                             const std::array<Cell, kSensorsMax>& cells,
                             const ReadingsContext& context) const {
  const FrameHeader& header = cursor_.header();
  HexDigits hex;
  ReadingName name;
  UtcTime utc;
  json.open_object();
  if (context.utc_of(header.boot, rows_[row], utc)) {
    json.member("ts", utc.ms);
  } else {
    json.member("boot", hex_of(header.boot.value, hex));
    json.member("uptime_ms", rows_[row].ms);
  }
  json.open_object("values");
  bool all_good = true;
  for (std::uint32_t i = 0; i < kSensorsMax; ++i) {
    if (!cells[i].is_there) continue;
    all_good = all_good && cells[i].quality == Quality::good;
    find_name(context, header.roster, {static_cast<std::uint16_t>(i)}, name);
    json.member(name.view(), cells[i].value);
  }
  json.close_object();
  if (!all_good) {
    json.open_object("quality");
    for (std::uint32_t i = 0; i < kSensorsMax; ++i) {
      if (!cells[i].is_there || cells[i].quality == Quality::good) continue;
      find_name(context, header.roster, {static_cast<std::uint16_t>(i)}, name);
      json.member(name.view(), to_text(cells[i].quality));
    }
    json.close_object();
  }
  json.close_object();
}

}  // namespace hf::wire
