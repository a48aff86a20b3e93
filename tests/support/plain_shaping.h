// Frames of readings whose rows are 16 bytes that tell which row they are: so a test sees what it
// got, and the queue's sweeps need not compress anything.
#pragma once

#include <algorithm>
#include <array>
#include <vector>

#include "stores/offline_queue/frame_shaping.h"
#include "vocabulary/bytes.h"

namespace hf::test {

inline constexpr std::size_t kPlainRowBytes = 16;

// What a row says: its serial number, and the same once more in disguise.
inline void put_plain_row(wire::ByteWriter& out, std::uint64_t serial) {
  out.put(serial);
  out.put(serial * 0x9E3779B97F4A7C15ULL);
}

// Rows `serial`, serial + 1 …, one a second, the first taken at `first`.
inline std::vector<std::byte> plain_frame(std::uint64_t serial, std::uint32_t rows, Uptime first,
                                          BootId boot,
                                          wire::FrameKind kind = wire::FrameKind::readings) {
  std::vector<std::byte> bytes(wire::kFrameHeaderBytesMax + rows * kPlainRowBytes);
  wire::ByteWriter out(bytes);
  const Uptime last = first + seconds(rows - 1);
  wire::put_frame_header(out, {.kind = kind,
                               .row_count = rows,
                               .reading_count = rows,
                               .boot = boot,
                               .first = first,
                               .last = last});
  for (std::uint32_t row = 0; row < rows; ++row) put_plain_row(out, serial + row);
  bytes.resize(out.at());
  wire::seal_frame(bytes);
  return bytes;
}

// 0: that is no row.
inline std::uint64_t serial_of_row(std::span<const std::byte> row) {
  const std::uint64_t serial = load_u64(row);
  return load_u64(row.subspan(8)) == serial * 0x9E3779B97F4A7C15ULL ? serial : 0;
}

class PlainShaping final : public stores::queue::FrameShaping {
 public:
  std::uint32_t count_that_join(Frames frames) override {
    wire::OpenedFrame first;
    if (!is_ok(wire::open_frame(frames[0], first)) || !is_of_readings(first.header)) return 0;
    std::uint64_t next = first.header.position;
    std::uint32_t count = 0;
    for (const auto& frame : frames) {
      wire::OpenedFrame opened;
      if (!is_ok(wire::open_frame(frame, opened)) || opened.header.kind != first.header.kind) break;
      if (opened.header.boot != first.header.boot || opened.header.position != next) break;
      next += opened.header.row_count;
      ++count;
    }
    return count;
  }

  Result<std::uint32_t> join(Frames frames, std::span<std::byte> out) override {
    wire::OpenedFrame opened;
    HF_TRY(wire::open_frame(frames[0], opened));
    wire::FrameHeader header = opened.header;
    HF_TRY(add_others(frames, header));
    wire::ByteWriter writer(out);
    wire::put_frame_header(writer, header);
    for (const auto& frame : frames) {
      HF_TRY(wire::open_frame(frame, opened));
      writer.put_bytes(opened.body);
    }
    return sealed(writer, out);
  }

  std::uint32_t part_begin(std::span<const std::byte> /*frame*/, std::uint32_t row) override {
    return row;
  }

  // An envelope here says only which the first of its rows was.
  Result<std::uint32_t> condense(Frames frames, std::uint32_t skipped, wire::FrameKind to,
                                 std::span<std::byte> out) override {
    wire::OpenedFrame opened;
    HF_TRY(wire::open_frame(frames[0], opened));
    wire::FrameHeader header = opened.header;
    header.kind = to;
    header.position += skipped;
    header.row_count -= skipped;
    header.reading_count -= skipped;
    header.first = header.first + seconds(skipped);
    HF_TRY(add_others(frames, header));
    wire::ByteWriter writer(out);
    wire::put_frame_header(writer, header);
    put_plain_row(writer, load_u64(opened.body) + skipped);
    return sealed(writer, out);
  }

 private:
  static bool is_of_readings(const wire::FrameHeader& header) {
    return wire::lane_of(header.kind) == wire::Lane::readings;
  }

  static Status add_others(Frames frames, wire::FrameHeader& header) {
    wire::OpenedFrame opened;
    for (const auto& frame : frames.subspan(1)) {
      HF_TRY(wire::open_frame(frame, opened));
      header.row_count += opened.header.row_count;
      header.reading_count += opened.header.reading_count;
      header.last = opened.header.last;
    }
    return Status::ok;
  }

  static Result<std::uint32_t> sealed(wire::ByteWriter& writer, std::span<std::byte> out) {
    HF_TRY(writer.status());
    wire::seal_frame(out.first(writer.at()));
    return static_cast<std::uint32_t>(writer.at());
  }
};

}  // namespace hf::test
