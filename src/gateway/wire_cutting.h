// What the uplink needs done to frames, by those who know their insides: a cut of readings is a
// merge of one, one of envelopes is the condenser's, and a readable text takes names from the
// roster and times from the anchors.
#pragma once

#include "flows/compacting/wire_shaping.h"
#include "flows/uplink/uplink_parts.h"
#include "stores/anchors/anchors.h"
#include "stores/roster/roster.h"
#include "wire/frames/envelopes_frame.h"
#include "wire/uplink/readings_json.h"

namespace hf::gateway {

class WireCutting final : public flows::uplink::FrameCutting {
 public:
  explicit WireCutting(flows::compacting::WireShaping& shaping) : shaping_(shaping) {}

  Result<std::uint32_t> cut(std::span<const std::byte> frame, std::uint32_t from_row,
                            std::uint32_t to_row, std::span<std::byte> out) override {
    wire::OpenedFrame opened;
    HF_TRY(wire::open_frame(frame, opened));
    if (wire::bucket_of(opened.header.kind).ms > 0) {
      return shaping_.condenser().cut(frame, from_row, to_row, out);
    }
    const wire::FrameSlice slice{.frame = frame, .from_row = from_row, .to_row = to_row};
    return shaping_.merger().merge({&slice, 1}, out);
  }
  std::uint32_t part_end(std::span<const std::byte> frame, std::uint32_t from_row,
                         std::uint32_t to_row) override {
    return shaping_.condenser().part_end(frame, from_row, to_row);
  }

 private:
  flows::compacting::WireShaping& shaping_;
};

class WireTexts final : public flows::FrameTexts, private wire::ReadingsContext {
 public:
  WireTexts(const GatewayId& id, const stores::Roster& roster, const stores::Anchors& anchors)
      : id_(id), roster_(roster), anchors_(anchors) {}

  Result<std::uint32_t> write(std::span<const std::byte> frame, std::span<std::byte> out) override {
    const std::span<char> text{reinterpret_cast<char*>(out.data()), out.size()};
    return json_.write(frame, id_.text(), *this, text);
  }

 private:
  Status name_of(std::uint32_t roster, SensorIndex sensor, wire::ReadingName& name) const override {
    if (roster != roster_.fingerprint() || !roster_.knows(sensor)) return Status::not_found;
    const stores::SensorFacts& facts = roster_.at(sensor);
    name.assign(facts.equipment.text());
    HF_TRY(name.try_append("."));
    return name.try_append(facts.sensor.text());
  }

  bool utc_of(BootId boot, Uptime uptime, UtcTime& utc) const override {
    stores::UtcSpan span;
    const bool is_placed =
        is_ok(anchors_.place(boot, uptime, span)) && span.quality >= TimeQuality::coarse;
    if (is_placed) utc = span.likely;
    return is_placed;
  }

  const GatewayId& id_;
  const stores::Roster& roster_;
  const stores::Anchors& anchors_;
  wire::ReadingsJson json_;
};

}  // namespace hf::gateway
