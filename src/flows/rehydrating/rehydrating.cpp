#include "flows/rehydrating/rehydrating.h"

#include <algorithm>

namespace hf::flows {
namespace {

constexpr Uptime kNever{INT64_MAX};

// Between two steps, for everybody else on a board with one core: a day of 100 sensors is back
// within two minutes and a half, and takes less than half of a slow processor meanwhile.
constexpr Duration kPause = milliseconds(5);

// A medium that cannot be read now.
constexpr Duration kRetry = seconds(10);

}  // namespace

void Rehydrating::begin(BootId boot, Uptime now) {
  boot_ = placed_boot_ = boot;
  began_ = now;
  bound_ = {};
  shift_ = {};
  history_ = {};
  known_roster_ = roster_.fingerprint();
  phase_ = Phase::reading;
  counts_.is_done = false;
}

Uptime Rehydrating::step(Uptime now) {
  switch (phase_) {
    case Phase::reading: return read_frame(now);
    case Phase::putting_back: return put_back_sensor(now);
    case Phase::done: break;
  }
  return kNever;
}

Uptime Rehydrating::end() {
  phase_ = Phase::done;
  counts_.is_done = true;
  return kNever;
}

Uptime Rehydrating::read_frame(Uptime now) {
  stores::HistoryFrame frame;
  const Status status = queue_.read_history(history_, now, frame_memory_, frame);
  if (status == Status::unavailable || status == Status::busy) return now + kRetry;
  if (status == Status::not_found) return end();
  if (!is_ok(status) || !is_ok(open(frame, now))) ++counts_.frames_unreadable;
  return is_done() ? kNever : now + kPause;
}

// ok: there may be something in it for us.
Status Rehydrating::open(const stores::HistoryFrame& frame, Uptime now) {
  HF_TRY(frame_.open(frame.bytes));
  const wire::FrameHeader& header = frame_.header();
  place(frame);
  if (header.last + shift_ < now - window_.ground().window) {
    end();  // all that follow are older
    return Status::ok;
  }
  if (!has_roster_of(header)) {
    ++counts_.frames_of_other_roster;
    return Status::ok;
  }
  HF_TRY(frame_.take_rows(std::span{moments_}.first(header.row_count)));
  rows_ = frame.rows;
  phase_ = Phase::putting_back;
  return Status::ok;
}

// An earlier boot ended when its newest frame was kept, or when the next one began: whatever its
// frames say, it is the newest that comes first.
void Rehydrating::place(const stores::HistoryFrame& frame) {
  const wire::FrameHeader& header = frame_.header();
  if (header.boot != placed_boot_) {
    placed_boot_ = header.boot;
    shift_ = header.boot == boot_ ? Duration{} : std::min(frame.kept, bound_) - header.last;
  }
  bound_ = std::min(bound_, Uptime{} + shift_);
}

// Sensors that were added since change no other's number: the roster of then is how ours begins.
bool Rehydrating::has_roster_of(const wire::FrameHeader& header) {
  if (header.roster != known_roster_ && roster_.begins_with(header.roster)) {
    known_roster_ = header.roster;
  }
  return header.roster == known_roster_;
}

Uptime Rehydrating::put_back_sensor(Uptime now) {
  if (!frame_.has_next()) {
    ++counts_.frames;
    if (!is_ok(frame_.status())) ++counts_.frames_unreadable;
    phase_ = Phase::reading;
    return now + kPause;
  }
  wire::SensorColumn column;
  if (!is_ok(frame_.take(column_.space(), column))) return now + kPause;  // its status says so too
  return put_back_column(column, now) == Status::full ? end() : now + kPause;
}

// From its end on, in pieces. full: the window is.
Status Rehydrating::put_back_column(const wire::SensorColumn& column, Uptime now) {
  std::size_t left = column.rows.size();
  const bool is_ours = placed_boot_ == boot_;
  const auto is_new = [&](std::size_t index) {
    const std::uint16_t row = column.rows[index];
    return row < rows_ && (!is_ours || moments_[row] < began_);
  };
  while (left > 0 && !is_new(left - 1)) --left;
  while (left > 0) {
    const std::size_t count = std::min(left, kPieceReadings);
    left -= count;
    for (std::size_t index = 0; index < count; ++index) {
      piece_[index] = {.at = moments_[column.rows[left + index]] + shift_,
                       .value = column.values[left + index],
                       .sensor = column.sensor,
                       .quality = column.qualities[left + index]};
    }
    const Status status = window_.put_back(column.sensor, std::span{piece_}.first(count), now);
    if (status == Status::full) return status;
    (is_ok(status) ? counts_.readings : counts_.readings_refused) += count;
  }
  return Status::ok;
}

}  // namespace hf::flows
