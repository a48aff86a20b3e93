#include "tools/hub/intake/checked_frame.h"

#include <algorithm>
#include <array>

#include "documents/names.h"
#include "wire/frames/anchor_frame.h"

namespace hf::hub {
namespace {

using stores::queue::Interval;

constexpr std::array<std::string_view, kRefusedCount> kWords = {
    "no_topic",           "too_large",    "corrupt",    "newer_format",      "undecodable",
    "out_of_bounds",      "bad_health",   "fragmented", "too_many_gateways", "too_many_streams",
    "too_many_documents", "bad_document", "bad_result"};

bool is_within_bounds(const wire::FrameHeader& header) {
  const bool is_event = wire::lane_of(header.kind) == wire::Lane::events;
  return header.row_count > 0 && (!is_event || header.row_count == 1) &&
         header.position < stores::queue::kPositionEnd &&
         header.row_count <= stores::queue::kPositionEnd - header.position &&
         header.reading_count <= kReadingsMax;
}

// What may stand in a table, a CSV file and on a screen.
bool is_printable(std::string_view text) {
  return documents::is_utf8(text) && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < ' ' || c == 0x7F;
         });
}

Status read_roster(const wire::OpenedFrame& opened, std::vector<RosterLine>& roster) {
  wire::RosterCursor cursor;
  HF_TRY(cursor.open(opened));
  for (;;) {
    RosterLine line;
    const Status status = cursor.next(line.sensor, line.entry);
    if (status == Status::not_found) return Status::ok;
    HF_TRY(status);
    if (!is_printable(line.entry.unit.view())) return Status::corrupt;
    roster.push_back(line);
  }
}

bool is_possible(const wire::GapRecord& gap) {
  return gap.to <= stores::queue::kPositionEnd && gap.from <= gap.to;
}

}  // namespace

std::string_view to_text(Refused reason) { return kWords[static_cast<std::size_t>(reason)]; }

wire::Resolution resolution_of(wire::FrameKind kind) {
  using wire::FrameKind;
  using wire::Resolution;
  if (wire::lane_of(kind) == wire::Lane::events || kind == FrameKind::readings) {
    return Resolution::full;
  }
  return kind == FrameKind::envelopes_10s ? Resolution::every_10s : Resolution::every_minute;
}

std::uint64_t CheckedFrame::readings_in(std::span<const Interval> counted) const {
  std::uint64_t readings = 0;
  std::uint64_t rows = 0;
  for (const Interval& interval : counted) {
    rows += interval.count();
    if (row_readings.empty()) continue;
    for (std::uint64_t at = interval.first; at < interval.end; ++at) {
      readings += row_readings[static_cast<std::size_t>(at - header.position)];
    }
  }
  return row_readings.empty() ? header.reading_count * rows / header.row_count : readings;
}

DecodingRoom::DecodingRoom()
    : moments(kRowsMax),
      spans(kRowsMax),
      rows(kRowsMax),
      values(kRowsMax),
      qualities(kRowsMax),
      envelopes(kRowsMax) {}

std::optional<Refused> FrameChecker::check(std::span<const std::byte> bytes,
                                           CheckedFrame& checked) {
  if (bytes.size() > kFrameBytesMax) return Refused::too_large;
  wire::OpenedFrame opened;
  const Status status = wire::open_frame(bytes, opened);
  if (status == Status::unsupported) return Refused::newer_format;
  if (!is_ok(status)) return Refused::corrupt;
  if (!is_within_bounds(opened.header)) return Refused::out_of_bounds;
  checked = {};
  checked.header = opened.header;
  checked.bytes.assign(bytes.begin(), bytes.end());
  return check_body(opened, checked);
}

std::optional<Refused> FrameChecker::check_body(const wire::OpenedFrame& opened,
                                                CheckedFrame& checked) {
  Status status = Status::ok;
  switch (opened.header.kind) {
    case wire::FrameKind::readings: status = decode_readings(checked.bytes, checked); break;
    case wire::FrameKind::envelopes_10s:
    case wire::FrameKind::envelopes_1min: status = decode_envelopes(checked.bytes); break;
    case wire::FrameKind::gap:
      status = wire::read_gap(opened, checked.gap);
      if (is_ok(status) && !is_possible(checked.gap)) return Refused::out_of_bounds;
      break;
    case wire::FrameKind::anchor: status = wire::read_anchor(opened, checked.utc); break;
    case wire::FrameKind::roster: status = read_roster(opened, checked.roster); break;
    default: break;  // kept as it is, for those who know it
  }
  if (status == Status::invalid || status == Status::full) return Refused::out_of_bounds;
  return is_ok(status) ? std::nullopt : std::optional{Refused::undecodable};
}

Status FrameChecker::decode_readings(std::span<const std::byte> bytes, CheckedFrame& checked) {
  wire::ReadingsCursor cursor;
  HF_TRY(cursor.open(bytes, kRowsMax));
  const std::uint32_t row_count = cursor.header().row_count;
  HF_TRY(cursor.take_rows(std::span{room_.moments}.first(row_count)));
  checked.row_readings.assign(row_count, 0);
  std::uint64_t readings = 0;
  while (cursor.has_next()) {
    wire::SensorColumn column;
    HF_TRY(cursor.take(room_.columns(), column));
    for (const std::uint16_t row : column.rows) ++checked.row_readings[row];
    readings += column.rows.size();
    if (readings > cursor.header().reading_count) return Status::corrupt;
  }
  HF_TRY(cursor.status());
  return readings == cursor.header().reading_count ? Status::ok : Status::corrupt;
}

Status FrameChecker::decode_envelopes(std::span<const std::byte> bytes) {
  wire::EnvelopesCursor cursor;
  HF_TRY(cursor.open(bytes, kRowsMax));
  HF_TRY(cursor.take_buckets(std::span{room_.spans}.first(cursor.bucket_count())));
  std::uint64_t buckets = 0;
  while (cursor.has_next()) {
    wire::EnvelopeColumn column;
    HF_TRY(cursor.take(room_.buckets(), column));
    buckets += column.envelopes.size();
    if (buckets > kReadingsMax) return Status::invalid;
  }
  return cursor.status();
}

}  // namespace hf::hub
