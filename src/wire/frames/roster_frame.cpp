#include "wire/frames/roster_frame.h"

namespace hf::wire {
namespace {

constexpr std::uint8_t kHasScale = 1;

}  // namespace

Status RosterBuilder::begin(std::span<std::byte> out, const FrameHeader& about, SensorIndex first) {
  FrameHeader header = about;
  header.kind = FrameKind::roster;
  header.row_count = 1;
  header.reading_count = 0;
  frame_ = out;
  equipment_ = {};
  out_ = ByteWriter(out);
  put_frame_header(out_, header);
  out_.put_varint(first.value);
  return out_.status();
}

// The equipment is said only where it differs from that of the entry before.
Status RosterBuilder::add(const RosterEntry& entry) {
  ByteWriter out = out_;
  out.put_text(entry.equipment == equipment_ ? std::string_view{} : entry.equipment.text());
  out.put_text(entry.sensor.text());
  out.put_text(entry.unit.view());
  out.put(entry.decimals);
  out.put(entry.scale != 0 ? kHasScale : std::uint8_t{0});
  if (entry.scale != 0) {
    out.put(entry.scale);
    out.put(entry.offset);
  }
  HF_TRY(out.status());
  out_ = out;
  equipment_ = entry.equipment;
  return Status::ok;
}

Result<std::uint32_t> RosterBuilder::finish() {
  HF_TRY(out_.status());
  seal_frame(frame_.first(out_.at()));
  return static_cast<std::uint32_t>(out_.at());
}

Status RosterCursor::open(const OpenedFrame& frame) {
  *this = RosterCursor{};
  if (frame.header.kind != FrameKind::roster) return Status::invalid;
  in_ = ByteReader(frame.body);
  next_ = static_cast<std::uint32_t>(in_.take_varint(UINT16_MAX));
  return in_.status();
}

Status RosterCursor::next(SensorIndex& index, RosterEntry& entry) {
  if (is_ok(in_.status()) && in_.at_end()) return Status::not_found;
  RosterEntry read;
  if (const std::string_view equipment = in_.take_text(); !equipment.empty()) {
    if (!is_ok(EquipmentId::parse(equipment, equipment_))) in_.fail();
  }
  read.equipment = equipment_;
  if (!is_ok(SensorId::parse(in_.take_text(), read.sensor))) in_.fail();
  if (!is_ok(read.unit.try_assign(in_.take_text()))) in_.fail();
  read.decimals = in_.take<std::int8_t>();
  const auto flags = in_.take<std::uint8_t>();
  if (flags > kHasScale || next_ > UINT16_MAX || equipment_.empty()) in_.fail();
  if (flags == kHasScale) {
    read.scale = in_.take<double>();
    read.offset = in_.take<double>();
  }
  HF_TRY(in_.status());
  index = {static_cast<std::uint16_t>(next_++)};
  entry = read;
  return Status::ok;
}

}  // namespace hf::wire
