// Cuts frames of plain rows, and makes texts of them, as the gateway does with real ones on their
// way up.
#pragma once

#include <string>

#include "flows/uplink/uplink.h"
#include "tests/support/plain_shaping.h"

namespace hf::test {

class PlainCutting final : public flows::uplink::FrameCutting {
 public:
  Result<std::uint32_t> cut(std::span<const std::byte> frame, std::uint32_t from_row,
                            std::uint32_t to_row, std::span<std::byte> out) override {
    wire::OpenedFrame opened;
    HF_TRY(wire::open_frame(frame, opened));
    wire::FrameHeader header = opened.header;
    if (header.kind != wire::FrameKind::readings) return Status::invalid;
    header.position += from_row;
    header.row_count = to_row - from_row;
    header.reading_count = header.row_count;
    header.last = header.first + seconds(to_row - 1);
    header.first = header.first + seconds(from_row);
    wire::ByteWriter writer(out);
    wire::put_frame_header(writer, header);
    writer.put_bytes(
        opened.body.subspan(from_row * kPlainRowBytes, header.row_count * kPlainRowBytes));
    HF_TRY(writer.status());
    wire::seal_frame(out.first(writer.at()));
    return static_cast<std::uint32_t>(writer.at());
  }
  std::uint32_t part_end(std::span<const std::byte> /*frame*/, std::uint32_t /*from_row*/,
                         std::uint32_t to_row) override {
    return to_row;
  }
};

// "serial\n" for each row.
class PlainTexts final : public flows::FrameTexts {
 public:
  Result<std::uint32_t> write(std::span<const std::byte> frame, std::span<std::byte> out) override {
    wire::OpenedFrame opened;
    HF_TRY(wire::open_frame(frame, opened));
    wire::ByteWriter writer(out);
    for (std::uint32_t row = 0; row < opened.header.row_count; ++row) {
      const std::uint64_t serial = serial_of_row(opened.body.subspan(row * kPlainRowBytes));
      writer.put_bytes(bytes_of(std::to_string(serial) + "\n"));
    }
    HF_TRY(writer.status());
    return static_cast<std::uint32_t>(writer.at());
  }
};

}  // namespace hf::test
