#include "tests/simulation/core/upstream.h"

#include <algorithm>
#include <iterator>

#include "tests/simulation/core/checks/checker.h"
#include "wire/frames/anchor_frame.h"

namespace hf::simulation {

void Upstream::note_unsound(const char* what) {
  findings_.note(Promise::soundness, std::string(what) + ", after " + std::to_string(frames_) +
                                         " frames that were sound");
}

// Now and then a frame of readings comes at positions far behind its own.
std::span<const std::byte> Upstream::tampered(std::span<const std::byte> bytes) {
  constexpr std::uint64_t kFarBehind = 1'000'000'000;
  wire::OpenedFrame opened;
  const bool is_of_readings = is_ok(wire::open_frame(bytes, opened)) &&
                              wire::lane_of(opened.header.kind) == wire::Lane::readings;
  if (!is_of_readings || ++readings_frames_ % 20 != 7) return bytes;
  tampered_.assign(bytes.begin(), bytes.end());
  wire::set_position(tampered_, opened.header.stream, opened.header.position + kFarBehind);
  wire::seal_frame(tampered_);
  return tampered_;
}

void Upstream::take(std::span<const std::byte> bytes, wire::TopicClass topic_class, Duration at) {
  if (bug_ == Bug::frame_out_of_place) bytes = tampered(bytes);
  wire::OpenedFrame opened;
  if (!is_ok(wire::open_frame(bytes, opened))) return note_unsound("a frame is damaged");
  trace_.note(bytes);
  ++frames_;
  bytes_ += bytes.size();
  const wire::FrameHeader& header = opened.header;
  ArrivedFrame frame{.header = header,
                     .topic_class = topic_class,
                     .at = at,
                     .rows = {header.position, header.position + header.row_count}};
  mark_new(lane(header.stream, wire::lane_of(header.kind)), frame);
  if (wire::lane_of(header.kind) == wire::Lane::events) {
    take_event(opened, crc32c(bytes), frame);
  } else if (header.kind == wire::FrameKind::readings) {
    take_readings(bytes, frame);
  } else {
    take_envelopes(bytes, frame);
  }
  for (const auto& checker : checkers_) checker->frame_arrived(frame, *this);
}

void Upstream::mark_new(LaneUpstream& lane, ArrivedFrame& frame) {
  is_new_.assign(frame.rows.count(), false);
  lane.rows.add(frame.rows, [&](const Interval& part) {
    frame.rows_new += part.count();
    for (Position at = part.first; at < part.end; ++at) is_new_[at - frame.rows.first] = true;
    const bool is_coarse = frame.header.kind == wire::FrameKind::envelopes_1min;
    if (wire::bucket_of(frame.header.kind).ms > 0) lane.condensed[is_coarse ? 1 : 0].add(part);
  });
}

// Gap records first tell, then count as arrived: what they are about is in another lane or place.
void Upstream::take_event(const wire::OpenedFrame& opened, std::uint32_t checksum,
                          ArrivedFrame& frame) {
  auto& events = lane(opened.header.stream, wire::Lane::events).events;
  const auto [known, is_new] = events.emplace(opened.header.position, checksum);
  if (!is_new && known->second != checksum) ++frame.given_twice;
  if (bug_ == Bug::gap_records_lost) return;
  if (is_new && opened.header.kind == wire::FrameKind::gap) take_gap(opened);
  if (is_new && opened.header.kind == wire::FrameKind::anchor) take_anchor(opened);
}

void Upstream::take_anchor(const wire::OpenedFrame& opened) {
  UtcReading utc;
  if (!is_ok(wire::read_anchor(opened, utc))) return note_unsound("an anchor is damaged");
  const stores::Anchor anchor{.boot = opened.header.boot,
                              .uptime = opened.header.first,
                              .utc = utc.at,
                              .error = utc.error,
                              .quality = utc.quality};
  for (const auto& checker : checkers_) checker->anchor_arrived(anchor);
}

void Upstream::take_gap(const wire::OpenedFrame& opened) {
  ArrivedGap gap{.stream = opened.header.stream, .record = {}};
  if (!is_ok(wire::read_gap(opened, gap.record))) return note_unsound("a gap record is damaged");
  for (const auto& checker : checkers_) checker->gap_arrived(gap, *this);
  LaneUpstream& about = lane(gap.stream, gap.record.lane);
  const Interval rows{gap.record.from, gap.record.to};
  const bool is_thinned = gap.record.reason == wire::GapReason::thinned;
  if (gap.record.stands_for_positions()) about.given_up.add(rows);
  if (is_thinned && !rows.empty()) {
    about.thinned[0].add(rows);
    if (gap.record.kept == wire::Resolution::every_minute) about.thinned[1].add(rows);
  }
  // The flash budget lets go of what was safe; nothing else may.
  LifeOfBoard* const life = gap.record.has_span ? truth_.find(gap.record.boot) : nullptr;
  if (gap.record.reason == wire::GapReason::dropped && life != nullptr) {
    truth_.give_up(*life, gap.record.first, gap.record.last);
  }
}

void Upstream::take_readings(std::span<const std::byte> bytes, ArrivedFrame& frame) {
  wire::ReadingsCursor cursor;
  if (!is_ok(cursor.open(bytes))) return note_unsound("a frame of readings cannot be opened");
  times_.resize(frame.header.row_count);
  if (!is_ok(cursor.take_rows(times_))) return note_unsound("a frame has no times");
  frame.is_rising = std::ranges::is_sorted(times_);
  if (!find_moments(frame)) return;
  while (cursor.has_next()) {
    wire::SensorColumn column;
    if (!is_ok(cursor.take(room_.space(), column))) return note_unsound("a column is damaged");
    take_column(column, frame);
  }
  if (!is_ok(cursor.status())) note_unsound("a frame of readings ends too early");
}

// Null where nothing was measured then. False: in all of it.
bool Upstream::find_moments(ArrivedFrame& frame) {
  LifeOfBoard* const life = truth_.find(frame.header.boot);
  if (life == nullptr) {
    frame.unknown += frame.header.reading_count;
    return false;
  }
  moments_.clear();
  for (const Uptime at : times_) moments_.push_back(truth_.find(*life, at));
  return true;
}

void Upstream::take_column(const wire::SensorColumn& column, ArrivedFrame& frame) {
  for (std::size_t i = 0; i < column.rows.size(); ++i) {
    const std::uint16_t row = column.rows[i];
    Match match = Match::unknown;
    if (moments_[row] != nullptr) {
      match = truth_.take(*moments_[row], column.sensor, column.values[i], column.qualities[i]);
    }
    if (match == Match::unknown) ++frame.unknown;
    if (!is_new_[row]) {
      frame.given_twice += match == Match::first ? 1 : 0;
      continue;
    }
    if (match == Match::first) ++frame.first;
    if (match == Match::again) ++frame.again;
  }
}

// Each stands for readings that have not arrived and will not come in full any more; but where some
// rows of its bucket had arrived, for theirs as well.
void Upstream::take_envelopes(std::span<const std::byte> bytes, ArrivedFrame& frame) {
  LifeOfBoard* const life = truth_.find(frame.header.boot);
  wire::EnvelopesCursor cursor;
  if (life == nullptr || !is_ok(cursor.open(bytes))) {
    return note_unsound("a frame of envelopes is of no boot, or cannot be opened");
  }
  const auto buckets = std::span{buckets_}.first(cursor.bucket_count());
  if (!is_ok(cursor.take_buckets(buckets))) return note_unsound("a frame has no buckets");
  if (frame.rows_new == 0) return;
  while (cursor.has_next()) {
    wire::EnvelopeColumn column;
    if (!is_ok(cursor.take({bucket_places_, envelopes_, room_.values}, column))) {
      return note_unsound("a column is damaged");
    }
    for (std::size_t i = 0; i < column.envelopes.size(); ++i) {
      const wire::Envelope& envelope = column.envelopes[i];
      frame.unknown += take_envelope(frame, column, i, *life);
      if (!(envelope.min <= envelope.mean && envelope.mean <= envelope.max)) ++frame.unknown;
    }
  }
  if (!is_ok(cursor.status())) note_unsound("a frame of envelopes ends too early");
  truth_.condense_rest(*life, frame.header.first,
                       frame.header.last + wire::bucket_of(frame.header.kind));
}

// How many of the readings that it stands for nobody measured. Where rows of its bucket had arrived
// it says more than the others have; a row has one reading of a sensor.
std::uint32_t Upstream::take_envelope(const ArrivedFrame& frame, const wire::EnvelopeColumn& column,
                                      std::size_t index, LifeOfBoard& life) {
  const std::size_t place = column.buckets[index];
  const std::uint32_t count = column.envelopes[index].count;
  const std::uint32_t rows_first = place == 0 ? 0 : buckets_[place - 1].rows_end;
  const auto first = std::next(is_new_.begin(), static_cast<std::ptrdiff_t>(rows_first));
  const auto end =
      std::next(is_new_.begin(), static_cast<std::ptrdiff_t>(buckets_[place].rows_end));
  const auto rows_new = static_cast<std::uint32_t>(std::count(first, end, true));
  if (rows_new == 0) return 0;
  const auto rows_known = static_cast<std::uint32_t>(end - first) - rows_new;
  const Uptime from = buckets_[place].begin;
  const std::uint32_t news_most = rows_known == 0 ? count : std::min(count, rows_new);
  const std::uint32_t news_least = count - std::min(count, rows_known);
  const std::uint32_t found = truth_.condense(life, column.sensor, from,
                                              from + wire::bucket_of(frame.header.kind), news_most);
  return news_least - std::min(found, news_least);
}

}  // namespace hf::simulation
