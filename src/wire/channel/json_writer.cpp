#include "wire/channel/json_writer.h"

#include <charconv>
#include <cmath>

namespace hf::wire {

void JsonWriter::open_object(std::string_view name) {
  begin_member(name);
  started_ &= ~(1U << depth_);
  open('{');
}

void JsonWriter::open_array(std::string_view name) {
  begin_member(name);
  started_ &= ~(1U << depth_);
  open('[');
}

void JsonWriter::member(std::string_view name, std::string_view value) {
  begin_member(name);
  put_quoted(value);
}

void JsonWriter::member(std::string_view name, double value) {
  begin_member(name);
  put_real(value);
}

void JsonWriter::member(std::string_view name, std::int64_t value) {
  begin_member(name);
  put_integer(value);
}

void JsonWriter::member(std::string_view name, std::uint64_t value) {
  begin_member(name);
  put_integer(value);
}

void JsonWriter::member(std::string_view name, bool value) {
  begin_member(name);
  put(value ? std::string_view{"true"} : std::string_view{"false"});
}

void JsonWriter::member_null(std::string_view name) {
  begin_member(name);
  put("null");
}

void JsonWriter::element(std::string_view value) {
  begin_element();
  put_quoted(value);
}

void JsonWriter::element(double value) {
  begin_element();
  put_real(value);
}

void JsonWriter::element(std::int64_t value) {
  begin_element();
  put_integer(value);
}

Status JsonWriter::status() const {
  HF_ASSERT(depth_ == 0);
  return fits_ ? Status::ok : Status::full;
}

std::string_view JsonWriter::text() const {
  return is_ok(status()) ? std::string_view{bytes_.data(), used_} : std::string_view{};
}

void JsonWriter::open(char bracket) {
  begin_element();
  put(bracket);
  ++depth_;
  HF_ASSERT(depth_ < kDepthMax);
  started_ &= ~(1U << depth_);
}

void JsonWriter::close(char bracket) {
  HF_ASSERT(depth_ > 0);
  --depth_;
  started_ |= 1U << depth_;
  put(bracket);
}

void JsonWriter::begin_element() {
  if ((started_ >> depth_ & 1U) != 0) put(',');
  started_ |= 1U << depth_;
}

void JsonWriter::begin_member(std::string_view name) {
  begin_element();
  put_quoted(name);
  put(':');
}

void JsonWriter::put(char c) { put(std::string_view{&c, 1}); }

void JsonWriter::put(std::string_view text) {
  fits_ = fits_ && text.size() <= bytes_.size() - used_;
  if (!fits_) return;
  text.copy(bytes_.data() + used_, text.size());
  used_ += text.size();
}

void JsonWriter::put_quoted(std::string_view text) {
  constexpr std::string_view kHexDigits = "0123456789abcdef";
  put('"');
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      put('\\');
      put(c);
    } else if (code < 0x20) {
      put("\\u00");
      put(kHexDigits[code >> 4]);
      put(kHexDigits[code & 15U]);
    } else {
      put(c);
    }
  }
  put('"');
}

void JsonWriter::put_real(double value) {
  if (!std::isfinite(value)) {
    put("null");
    return;
  }
  char digits[32];  // the longest shortest form of a double has 24 characters
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  put(std::string_view{digits, static_cast<std::size_t>(end.ptr - digits)});
}

template <typename Integer>
void JsonWriter::put_integer(Integer value) {
  char digits[24];  // 20 digits of 2^64 and a sign
  const auto end = std::to_chars(digits, digits + sizeof digits, value);
  put(std::string_view{digits, static_cast<std::size_t>(end.ptr - digits)});
}

}  // namespace hf::wire
