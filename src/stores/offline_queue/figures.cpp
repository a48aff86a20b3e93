#include "stores/offline_queue/figures.h"

#include "stores/offline_queue/offline_queue.h"
#include "stores/offline_queue/sending.h"
#include "stores/offline_queue/upkeep.h"

namespace hf::stores {

using queue::Holding;
using queue::LaneState;
using queue::StreamState;
using queue::Tier;
using wire::Lane;

namespace {

constexpr std::uint64_t kMsPerYear = 31'557'600'000;

// Positions given of which something may be left to send. The sets overlap: what was declared is
// received upstream as well.
std::uint64_t missing_in(const LaneState& lane) {
  if (lane.next >= queue::kUnknownEnd) return 0;  // how many that stream had, nobody knows
  const std::array sets{&lane.record.received, &lane.quarantined, &lane.absent};
  std::uint64_t missing = 0;
  queue::Position at = 0;
  while (at < lane.next) {
    const queue::Position settled_from = at;
    for (const auto* set : sets) at = set->next_outside(at);
    if (at != settled_from) continue;
    queue::Position until = lane.next;
    for (const auto* set : sets) until = std::min(until, set->next_inside(at, until));
    missing += until - at;
    at = until;
  }
  return missing;
}

// Rows that are anywhere: positions that were reserved and never used are declared by a start, and
// upstream takes them for received only when it has the gap record. They are nothing to be sent.
std::uint64_t rows_in(const queue::FreshFrames& fresh) {
  std::uint64_t rows = 0;
  for (std::uint32_t index = 0; index < fresh.count(); ++index) {
    if (fresh[index].safety != queue::Safety::filed) rows += fresh[index].rows.count();
  }
  return rows;
}

std::uint64_t rows_in(std::span<const Holding> holdings) {
  std::int64_t rows = 0;
  for (const Holding& holding : holdings) rows += holding.rows;
  return static_cast<std::uint64_t>(rows);
}

std::uint64_t bytes_per_row(std::span<const Holding> holdings) {
  std::int64_t bytes = 0;
  std::int64_t rows = 0;
  for (const Holding& holding : holdings) {
    bytes += holding.bytes;
    rows += holding.rows;
  }
  return rows > 0 ? static_cast<std::uint64_t>((bytes + rows - 1) / rows) : 0;
}

// In the file, in the journal or in memory alone: streams are in the order of their age.
Duration oldest_to_send(queue::QueueState& state, Uptime now) {
  for (const StreamState& stream : state.known_streams()) {
    const auto kept_ms = queue::Sending(state).oldest_kept_ms(stream, Lane::readings);
    if (kept_ms.ok()) return milliseconds(state.running_ms(now) - kept_ms.value());
  }
  return {};
}

// What makes room in a full file before anything that upstream lacks does: what it has, and files
// set aside.
std::uint64_t bytes_to_give_up(const queue::QueueState& state, const QueueFigures& figures) {
  const auto readings = std::span{state.ledger.holdings}.first(queue::index_of(Tier::events));
  const std::uint64_t filed = rows_in(readings);
  const std::uint64_t waiting = figures.readings_rows_to_send;
  const std::uint64_t lacking = waiting - std::min(waiting, rows_in(state.fresh));
  const std::uint64_t received = filed - std::min(filed, lacking);
  return received * bytes_per_row(readings) + (state.is_salvaging() ? 0 : state.asides.bytes);
}

}  // namespace

std::uint32_t OfflineQueue::streams(std::span<std::uint64_t> ids) const {
  std::uint32_t count = 0;
  for (const StreamState& stream : state_.known_streams()) {
    if (count < ids.size()) ids[count++] = stream.id;
  }
  return count;
}

QueueFigures OfflineQueue::figures(Uptime now) {
  QueueFigures figures;
  figures.keeping = keeping();
  figures.window = window(now);
  figures.set_aside = state_.set_aside;
  figures.is_salvaging = state_.is_salvaging();
  figures.budget_is_overdrawn = state_.allowance.is_overdrawn();
  figures.cipher_key = state_.sealing.current();
  for (const StreamState& stream : state_.known_streams()) {
    const LaneState& readings = stream.lane(Lane::readings);
    figures.stream = stream.id;
    figures.readings_next = readings.next;
    figures.events_next = stream.lane(Lane::events).next;
    figures.readings_rows_to_send += missing_in(readings);
    figures.events_to_send += missing_in(stream.lane(Lane::events));
    for (const auto& run : readings.in_flight.runs()) figures.rows_in_flight += run.count();
  }
  figures.holdings = state_.ledger.holdings;
  for (const Holding& holding : state_.ledger.holdings) {
    figures.frames += static_cast<std::uint64_t>(holding.frames);
    figures.bytes += static_cast<std::uint64_t>(holding.bytes);
  }
  const std::span holdings{state_.ledger.holdings};
  const auto readings = holdings.first(index_of(Tier::events));
  const auto events = holdings.subspan(index_of(Tier::events));
  figures.readings_rows_to_send =
      std::min(figures.readings_rows_to_send, rows_in(readings) + rows_in(state_.fresh));
  figures.events_to_send =
      std::min(figures.events_to_send, rows_in(events) + rows_in(state_.events));
  const std::uint64_t reading_bytes = bytes_per_row(readings);
  const std::uint64_t event_bytes = bytes_per_row(events);
  figures.bytes_to_send =
      figures.readings_rows_to_send * std::max(reading_bytes, fresh_row_bytes()) +
      figures.events_to_send * event_bytes;
  note_wear(figures, now);
  note_outage(figures, now);
  figures.oldest_to_send = oldest_to_send(state_, now);
  return figures;
}

// Before anything is filed, what fresh frames take is all that is known.
std::uint64_t OfflineQueue::fresh_row_bytes() const {
  if (state_.ledger.holdings[0].rows > 0 || state_.fresh.count() == 0) return 0;
  std::uint64_t rows = 0;
  for (std::uint32_t index = 0; index < state_.fresh.count(); ++index) {
    rows += state_.fresh[index].rows.count();
  }
  return state_.fresh.bytes_used() / std::max<std::uint64_t>(rows, 1);
}

void OfflineQueue::note_wear(QueueFigures& figures, Uptime now) {
  figures.bytes_written = state_.bytes_written();
  const std::uint64_t endurance = state_.flash.medium().endurance_bytes;
  const auto running_ms = static_cast<double>(state_.running_ms(now));
  if (endurance <= figures.bytes_written || figures.bytes_written == 0) return;
  const auto left = static_cast<double>(endurance - figures.bytes_written);
  figures.endurance_years_left =
      left / static_cast<double>(figures.bytes_written) * running_ms / kMsPerYear;
}

// At the rate of rows since the start, with the bytes that a filed row takes.
void OfflineQueue::note_outage(QueueFigures& figures, Uptime now) {
  const Duration taken = now - state_.opened_at;
  const std::uint64_t rows = state_.counters.rows_kept;
  const std::uint64_t row_bytes = bytes_per_row(std::span{state_.ledger.holdings}.first(1));
  if (keeping_ != Keeping::on_flash || rows == 0 || row_bytes == 0 || taken.ms <= 0) return;
  const Result<std::uint64_t> left = queue::Upkeep(state_, now).bytes_until_relief();
  if (!left.ok()) return;
  const double rows_left = static_cast<double>(left.value() + bytes_to_give_up(state_, figures)) /
                           static_cast<double>(row_bytes);
  figures.outage_left = milliseconds(static_cast<std::int64_t>(
      rows_left * static_cast<double>(taken.ms) / static_cast<double>(rows)));
}

QueueMark OfflineQueue::mark() const {
  QueueMark mark;
  if (state_.stream_count == 0) return mark;
  const queue::StreamState& current = state_.known_streams().back();
  mark.stream = current.id;
  for (const queue::Lane lane : {queue::Lane::readings, queue::Lane::events}) {
    mark.next[queue::index_of(lane)] = current.lane(lane).next;
  }
  return mark;
}

bool OfflineQueue::received_since(const QueueMark& mark) const {
  const auto streams = state_.known_streams();
  // A stream that is no longer known was given up: all that are known came after it.
  const auto marked = std::ranges::find(streams, mark.stream, &queue::StreamState::id);
  const auto from = marked == streams.end() ? streams.begin() : marked;
  return std::any_of(from, streams.end(), [&](const queue::StreamState& stream) {
    for (const queue::Lane lane : {queue::Lane::readings, queue::Lane::events}) {
      const auto runs = stream.lane(lane).record.received.runs();
      const bool is_marked = stream.id == mark.stream;
      const queue::Position first = is_marked ? mark.next[queue::index_of(lane)] : 0;
      if (!runs.empty() && runs.back().end > first) return true;
    }
    return false;
  });
}

Status OfflineQueue::received_between(const QueueMark& from, const QueueMark& to) const {
  const auto streams = state_.known_streams();
  const auto stream = std::ranges::find(streams, from.stream, &queue::StreamState::id);
  if (from.stream != to.stream || stream == streams.end()) return Status::not_found;
  const std::size_t events = queue::index_of(queue::Lane::events);
  const auto runs = stream->lane(queue::Lane::events).record.received.runs();
  const bool is_received = std::ranges::any_of(runs, [&](const queue::Interval& run) {
    return run.first <= from.next[events] && to.next[events] <= run.end;
  });
  return is_received ? Status::ok : Status::busy;
}

}  // namespace hf::stores
