#include "files/sealing/sealing.h"

#include <algorithm>
#include <limits>

#include "files/sealing/library.h"
#include "vocabulary/bytes.h"

namespace hf::files {
namespace {

// A rotation that is cut leaves a key without frames, and the next one takes the next number: so
// many cuts in a row, without a single frame in between, are no accident any more.
constexpr KeyNumber kNumbersLookedAhead = 8;
constexpr KeyNumber kKeyNumberMax = std::numeric_limits<KeyNumber>::max();

constexpr std::uint8_t kSealFormat = 1;

hal::SecretId id_of(KeyNumber number) {
  return {.kind = hal::SecretKind::data_key, .number = number};
}

// Everything that a sealed frame is bound to, always as long.
struct Context {
  std::array<std::byte, 20> bytes{};

  Context(KeyNumber key, const SealedPlace& place) {
    const std::span out{bytes};
    store(out, place.stream);
    store(out.subspan(8), place.position);
    store(out.subspan(16), key);
    store(out.subspan(18), place.lane);
    store(out.subspan(19), kSealFormat);
  }
};

}  // namespace

Status Sealing::start(KeyNumber newest_seen) {
  HF_TRY(start_sodium());
  newest_seen_ = newest_seen;
  const KeyNumber first = std::max<KeyNumber>(newest_seen, 1);
  const auto ahead = std::min<KeyNumber>(kNumbersLookedAhead, kKeyNumberMax - first);
  for (auto number = static_cast<KeyNumber>(first + ahead);; --number) {
    const Status status = load(number, current_);
    if (status == Status::not_found && number != first) continue;
    // A damaged key keeps its number (S4): the next one goes above it.
    if (status == Status::corrupt) newest_seen_ = std::max(newest_seen_, number);
    return status;
  }
}

Status Sealing::load(KeyNumber number, Loaded& into) {
  std::array<std::byte, kDataKeyBytes> secret;
  into.number = kNotSealed;
  into.cipher.forget();
  const Result<std::uint32_t> length = keys_.load(id_of(number), secret);
  if (length.status() == Status::full) return Status::corrupt;  // longer than any key of ours
  HF_TRY(length);
  if (length.value() == secret.size()) {
    into.cipher.derive(secret);
    into.number = number;
  }
  wipe(secret);
  return into.number == number ? Status::ok : Status::corrupt;
}

Status Sealing::rotate(hal::Entropy& entropy) {
  KeyNumber number = std::max(current_.number, newest_seen_);
  Loaded found;
  do {
    if (number == kKeyNumberMax) return Status::full;
    ++number;
    // S4: whatever stands under that number, even damaged, is not ours to overwrite.
    const Status status = load(number, found);
    if (status == Status::not_found) return make(number, entropy);
    if (!is_ok(status) && status != Status::corrupt) return status;
  } while (true);
}

Status Sealing::make(KeyNumber number, hal::Entropy& entropy) {
  std::array<std::byte, kDataKeyBytes> secret;
  HF_TRY(entropy.fill(secret));
  const Status stored = keys_.store(id_of(number), secret);
  if (is_ok(stored)) {
    current_.cipher.derive(secret);
    current_.number = number;
  }
  wipe(secret);
  return stored;
}

Status Sealing::erase(KeyNumber key) {
  if (key == current_.number) return Status::refused;
  if (key == other_.number) {
    other_.cipher.forget();
    other_.number = kNotSealed;
  }
  return keys_.erase(id_of(key));
}

Result<std::uint32_t> Sealing::seal(std::span<std::byte> bytes, std::size_t frame_bytes,
                                    const SealedPlace& place) const {
  HF_ASSERT(current_.number != kNotSealed && frame_bytes <= bytes.size());
  if (bytes.size() - frame_bytes < kSealBytes) return Status::full;
  const Context context(current_.number, place);
  const Cipher::Seal seal = current_.cipher.seal(bytes.first(frame_bytes), context.bytes);
  std::ranges::copy(seal.nonce, bytes.subspan(frame_bytes).begin());
  std::ranges::copy(seal.tag, bytes.subspan(frame_bytes + kNonceBytes).begin());
  return static_cast<std::uint32_t>(frame_bytes + kSealBytes);
}

Result<std::uint32_t> Sealing::open(KeyNumber key, std::span<std::byte> sealed,
                                    const SealedPlace& place) {
  HF_ASSERT(key != kNotSealed);
  if (sealed.size() < kSealBytes) return Status::corrupt;
  if (key != current_.number && key != other_.number) HF_TRY(load(key, other_));
  const Cipher& cipher = key == current_.number ? current_.cipher : other_.cipher;

  const std::size_t frame_bytes = sealed.size() - kSealBytes;
  Cipher::Seal seal;
  std::ranges::copy(sealed.subspan(frame_bytes, kNonceBytes), seal.nonce.begin());
  std::ranges::copy(sealed.last(kTagBytes), seal.tag.begin());
  const Context context(key, place);
  HF_TRY(cipher.open(sealed.first(frame_bytes), context.bytes, seal));
  return static_cast<std::uint32_t>(frame_bytes);
}

}  // namespace hf::files
