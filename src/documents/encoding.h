// The grammar of a document's bytes: docs/formats/documents.md, as code. Used by this room only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "config/limits/documents.h"
#include "documents/document.h"
#include "vocabulary/bytes.h"

namespace hf::documents {

inline constexpr std::uint8_t kDocumentVersion = 1;

// What a field has, one bit each, in the order in which it follows.
inline constexpr std::uint8_t kHasSeenSite = 1;
inline constexpr std::uint8_t kHasSeenUpstream = 2;
inline constexpr std::uint8_t kHasWriteSite = 4;
inline constexpr std::uint8_t kHasWriteUpstream = 8;

// Reads bytes from front to back. Once something did not fit, everything after it is zero or empty
// and fits() is false: the reader asks once, at the end.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : left_(bytes) {}

  bool fits() const { return fits_; }
  bool at_end() const { return left_.empty(); }
  std::span<const std::byte> left() const { return left_; }

  std::span<const std::byte> take(std::size_t count) {
    if (count > left_.size()) {
      fits_ = false;
      left_ = {};
      return {};
    }
    const auto taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }
  template <typename Number>
  Number number() {
    const auto taken = take(sizeof(Number));
    return taken.empty() ? Number{} : load<Number>(taken);
  }
  std::string_view short_text() { return text_of(take(number<std::uint8_t>())); }
  Stamp stamp() {
    const auto ms = number<std::int64_t>();
    const auto counter = number<std::uint32_t>();
    return {ms, counter, {number<std::uint32_t>()}};
  }

 private:
  std::span<const std::byte> left_;
  bool fits_ = true;
};

// Writes bytes from front to back. REQUIRES throughout: they fit; sizes are checked before.
class ByteWriter {
 public:
  explicit ByteWriter(std::span<std::byte> bytes) : bytes_(bytes) {}

  std::size_t size() const { return size_; }
  std::span<const std::byte> written() const { return bytes_.first(size_); }

  void put(std::span<const std::byte> bytes) {
    HF_ASSERT(bytes.size() <= bytes_.size() - size_);
    if (!bytes.empty()) std::memcpy(bytes_.data() + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  template <typename Number>
  void number(Number number) {
    store(bytes_.subspan(size_), number);
    size_ += sizeof(Number);
  }
  void short_text(std::string_view text) {
    number(static_cast<std::uint8_t>(text.size()));
    put(bytes_of(text));
  }
  void stamp(const Stamp& stamp) {
    number(stamp.ms);
    number(stamp.counter);
    number(stamp.origin.value);
  }

 private:
  std::span<std::byte> bytes_;
  std::size_t size_ = 0;
};

// Reads one write without judging it; ask the reader whether it fitted.
Write read_write(ByteReader& reader);

// Reads one field without judging it. False: the bytes end within it.
bool read_field(ByteReader& reader, Field& field);

// Whether a field read is one that a document after `grave` may have.
bool is_canonical(const Field& field, const Stamp& grave);

bool is_value(const Value& value);

// REQUIRES: room for kWriteBytesMax; is_author(author); is_value(value).
Write encode_write(const Stamp& stamp, std::string_view author, const Value& value,
                   std::span<std::byte> bytes);

// REQUIRES: room for kFieldBytesMax.
void encode_field(const Field& field, ByteWriter& writer);

}  // namespace hf::documents
