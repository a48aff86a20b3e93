#include "stores/telemetry/value_code.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "vocabulary/bytes.h"

namespace hf::stores::telemetry {
namespace {
constexpr double kScales[] = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};
constexpr std::uint8_t kRaw = 1;
constexpr std::uint32_t kValueBytesMax = 10;
}  // namespace

ValueWriter::ValueWriter(std::span<std::byte> out, const ValueHints& hints)
    : out_(out), size_(static_cast<std::uint32_t>(out.size())), decimals_(hints.decimals) {
  out_[0] = std::byte{decimals_};
  used_ = 1;
}

std::uint32_t ValueWriter::append(std::span<const double> run) {
  std::uint32_t taken = 0;
  for (const double value : run) {
    std::uint8_t coded[kValueBytesMax];
    std::uint32_t size = 0;
    const double scaled = value * kScales[decimals_];
    std::int64_t whole_value = 0;
    bool exact = std::fabs(scaled) < 1e15;
    if (exact) {
      whole_value = std::llround(scaled);
      exact = std::bit_cast<std::uint64_t>(static_cast<double>(whole_value) / kScales[decimals_]) ==
              std::bit_cast<std::uint64_t>(value);
    }
    if (exact) {
      const std::int64_t delta = whole_value - last_;
      std::uint64_t left =
          ((static_cast<std::uint64_t>(delta) << 1) ^ static_cast<std::uint64_t>(delta >> 63)) << 1;
      for (; left >= 0x80; left >>= 7) coded[size++] = static_cast<std::uint8_t>(left | 0x80);
      coded[size++] = static_cast<std::uint8_t>(left);
    } else {
      coded[size++] = kRaw;
      store(std::as_writable_bytes(std::span{coded}).subspan(1), value);
      size += 8;
    }
    if (used_ + size > size_) break;
    if (exact) last_ = whole_value;
    for (std::uint32_t i = 0; i < size; ++i) out_[used_++] = std::byte{coded[i]};
    ++taken;
  }
  count_ += taken;
  return taken;
}

void ValueWriter::resize(std::uint32_t bytes) {
  HF_ASSERT(used_ <= bytes && bytes <= out_.size());
  size_ = bytes;
}

ValueReader::ValueReader(std::span<const std::byte> bytes, std::uint32_t count)
    : bytes_(bytes), at_(1), left_(count), decimals_(static_cast<std::uint8_t>(bytes[0])) {}

double ValueReader::next() {
  const auto first = static_cast<std::uint8_t>(bytes_[at_]);
  if (first == kRaw) {
    at_ += 9;
    return load<double>(bytes_.subspan(at_ - 8));
  }
  std::uint64_t coded = 0;
  for (unsigned shift = 0;; shift += 7) {
    const auto part = static_cast<std::uint8_t>(bytes_[at_++]);
    coded |= std::uint64_t{part & 0x7FU} << shift;
    if (part < 0x80) break;
  }
  coded >>= 1;
  last_ += static_cast<std::int64_t>((coded >> 1) ^ (0 - (coded & 1)));
  return static_cast<double>(last_) / kScales[decimals_];
}

std::uint32_t ValueReader::read(std::span<double> out) {
  const auto count = static_cast<std::uint32_t>(std::min<std::size_t>(out.size(), left_));
  for (double& value : out.first(count)) value = next();
  left_ -= count;
  return count;
}

void ValueReader::skip(std::uint32_t count) {
  for (std::uint32_t i = 0; i < count; ++i) (void)next();
  left_ -= count;
}

}  // namespace hf::stores::telemetry
