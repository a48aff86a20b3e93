#include "wire/frames/sensor_frame.h"

namespace hf::wire {

Status SensorFrameWriter::begin(std::span<std::byte> out, FrameHeader header,
                                std::size_t row_count) {
  header.reading_count = 0;
  ByteWriter head(out);
  put_frame_header(head, header);
  HF_TRY(head.status());
  frame_ = out;
  header_bytes_ = head.at();
  body_ = BodyWriter(head.rest());
  reading_count_ = 0;
  sensors_.begin(static_cast<std::uint32_t>(row_count));
  return Status::ok;
}

Result<std::uint32_t> SensorFrameWriter::finish() {
  sensors_.put_end(body_);
  const Result<std::uint32_t> body_bytes = body_.finish();
  HF_TRY(body_bytes);
  const auto frame = frame_.first(header_bytes_ + body_bytes.value());
  set_reading_count(frame, reading_count_);
  seal_frame(frame);
  return static_cast<std::uint32_t>(frame.size());
}

}  // namespace hf::wire
