#include "wire/frames/sensor_sequence.h"

#include <algorithm>

namespace hf::wire {
namespace {

// What comes next: a sensor with the next index, shaped like the one before; any other sensor; or
// the end.
enum Next : std::size_t { alike, other, end };

constexpr Shares<3> kNextShares{4040, 48, 8};
constexpr Shares<kRowFormCount> kFormShares{1024, 1024, 768, 512, 768};
constexpr Shares<2> kMoreShares{3072, 1024};
static_assert(add_up(kNextShares) && add_up(kFormShares) && add_up(kMoreShares));

}  // namespace

void SensorSequenceWriter::begin(std::uint32_t row_count) {
  row_count_ = row_count;
  next_sensor_ = 0;
  shape_ = {};
  listed_count_ = 0;
}

void SensorSequenceWriter::put(BodyWriter& out, SensorIndex sensor,
                               std::span<const std::uint16_t> rows, bool has_more) {
  HF_ASSERT(sensor.value >= next_sensor_ && !rows.empty() && rows.back() < row_count_);
  const auto before = std::span{listed_}.first(listed_count_);
  const SensorShape shape{.form = form_of(rows, row_count_, before), .has_more = has_more};
  const bool alike = shape == shape_ && sensor.value == next_sensor_;
  out.put_choice(kNextShares, alike ? Next::alike : Next::other);
  if (!alike) {
    out.put_count(sensor.value - next_sensor_);
    out.put_choice(kFormShares, static_cast<std::size_t>(shape.form));
    out.put_choice(kMoreShares, shape.has_more ? 1 : 0);
  }
  shape_ = shape;
  next_sensor_ = sensor.value + 1U;

  put_rows(out, shape.form, rows);
  if (shape.form != RowForm::all && shape.form != RowForm::as_before) {
    std::copy(rows.begin(), rows.end(), listed_.begin());
    listed_count_ = static_cast<std::uint32_t>(rows.size());
  }
}

void SensorSequenceWriter::put_end(BodyWriter& out) { out.put_choice(kNextShares, Next::end); }

void SensorSequenceReader::begin(BodyReader& in, std::uint32_t row_count) {
  *this = SensorSequenceReader{};
  row_count_ = row_count;
  go_to_next(in);
}

void SensorSequenceReader::go_to_next(BodyReader& in) {
  const std::size_t next = in.take_choice(kNextShares);
  if (next == Next::other) {
    sensor_ += in.take_count(limits::kBoard.sensors_max);
    shape_.form = static_cast<RowForm>(in.take_choice(kFormShares));
    shape_.has_more = in.take_choice(kMoreShares) != 0;
  }
  if (next != Next::end && sensor_ >= limits::kBoard.sensors_max) in.fail();
  has_next_ = next != Next::end && is_ok(in.status());
}

void SensorSequenceReader::advance(BodyReader& in) {
  ++sensor_;
  go_to_next(in);
}

std::uint32_t SensorSequenceReader::take_rows(BodyReader& in, std::span<std::uint16_t> rows) {
  if (shape_.form == RowForm::as_before) {
    if (listed_form_ == RowForm::as_before) in.fail();
    BodyReader again = listed_;
    return is_ok(in.status()) ? wire::take_rows(again, listed_form_, row_count_, rows) : 0;
  }
  if (shape_.form != RowForm::all) {
    listed_ = in;
    listed_form_ = shape_.form;
  }
  return wire::take_rows(in, shape_.form, row_count_, rows);
}

}  // namespace hf::wire
