// STAND-IN, to be replaced by wire/value_column.h: the same shape, a simple code (scaled delta as
// varint, or nine raw bytes), so that the store can be built and tried before the real code is in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "vocabulary/outcome.h"

namespace hf::stores::telemetry {

struct ValueHints {
  std::uint8_t decimals = 0;
};

class ValueWriter {
 public:
  ValueWriter() = default;
  ValueWriter(std::span<std::byte> out, const ValueHints& hints);
  std::uint32_t append(std::span<const double> run);
  // From now on only the first `bytes` bytes of `out` are the writer's; all of them can be read as
  // before. REQUIRES: unused() of them are enough to give; not more than `out` had at first.
  void resize(std::uint32_t bytes);
  std::uint32_t unused() const { return size_ - used_; }
  std::uint32_t count() const { return count_; }

 private:
  std::span<std::byte> out_;
  std::uint32_t size_ = 0;
  std::uint32_t used_ = 0;
  std::uint32_t count_ = 0;
  std::int64_t last_ = 0;
  std::uint8_t decimals_ = 0;
};

class ValueReader {
 public:
  ValueReader() = default;
  ValueReader(std::span<const std::byte> bytes, std::uint32_t count);
  Status status() const { return status_; }
  std::uint32_t read(std::span<double> out);
  void skip(std::uint32_t count);

 private:
  double next();
  std::span<const std::byte> bytes_;
  std::uint32_t at_ = 0;
  std::uint32_t left_ = 0;
  std::int64_t last_ = 0;
  std::uint8_t decimals_ = 0;
  Status status_ = Status::ok;
};

}  // namespace hf::stores::telemetry
