#include "documents/differences.h"

#include <algorithm>
#include <bit>

#include "vocabulary/bytes.h"

namespace hf::documents {
namespace {

// The finalizer of SplitMix64: every bit of the input moves every bit of the output, so that
// digests may be summed.
constexpr Digest mixed(Digest z) {
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

// Eight bytes at a time, little-endian; the last ones filled up with zeros, the length before all.
Digest digest_bytes(std::span<const std::byte> bytes, Digest before) {
  Digest digest = mixed(before + bytes.size());
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t count = std::min(bytes.size(), sizeof word);
    std::memcpy(&word, bytes.data(), count);
    digest = mixed(std::rotl(digest, 23) ^ word);
    bytes = bytes.subspan(count);
  }
  return digest;
}

Digest digest_of_life(const Grave& grave) {
  std::array<std::byte, sizeof(Stamp)> bytes;
  store(bytes, grave.stamp.ms);
  store(std::span{bytes}.subspan(8), grave.stamp.counter);
  store(std::span{bytes}.subspan(12), grave.stamp.origin.value);
  return digest_bytes(bytes, 0);
}

}  // namespace

Digest digest_of(const DocumentView& document) { return digest_bytes(document.bytes(), 0); }

std::uint32_t CollectionDigest::bucket_of(const DocumentId& id) {
  return static_cast<std::uint32_t>(digest_bytes(bytes_of(id.key), 0) % limits::kDigestBuckets);
}

void CollectionDigest::add(const DocumentView& document) {
  buckets_[bucket_of(document.id())] += digest_of(document);
}

void CollectionDigest::remove(const DocumentView& document) {
  buckets_[bucket_of(document.id())] -= digest_of(document);
}

Digest CollectionDigest::whole() const {
  Digest whole = 0;
  for (const Digest bucket : buckets_) whole += bucket;
  return whole;
}

Digest life_mark(const DocumentView& document) { return digest_of_life(document.grave()); }

std::uint32_t marks_of(const DocumentView& document, std::span<Digest> marks) {
  HF_ASSERT(marks.size() >= document.field_count());
  const Digest life = digest_of_life(document.grave());
  std::uint32_t count = 0;
  FieldCursor cursor = document.fields();
  Field field;
  while (cursor.next(field)) marks[count++] = digest_bytes(field.bytes, life);
  return count;
}

void difference(const DocumentView& document, std::span<const Digest> their_marks,
                Document& delta) {
  const Digest life = digest_of_life(document.grave());
  delta.begin(document.id(), document.grave());
  FieldCursor cursor = document.fields();
  Field field;
  while (cursor.next(field)) {
    const Digest mark = digest_bytes(field.bytes, life);
    if (std::find(their_marks.begin(), their_marks.end(), mark) == their_marks.end()) {
      delta.append(field);
    }
  }
}

}  // namespace hf::documents
