#include "platform/sim/keys.h"

#include <algorithm>

#include "vocabulary/checksum.h"

namespace hf::sim {
namespace {

constexpr std::size_t kSecretsMax = 32;  // a secure element has few places

}  // namespace

Result<std::uint32_t> Keys::load(hal::SecretId id, std::span<std::byte> secret) {
  if (!answers()) return Status::unavailable;
  const auto found = kept_.find({id.kind, id.number});
  if (found == kept_.end()) return Status::not_found;
  const Kept& kept = found->second;
  if (crc32c(kept.secret) != kept.checksum) return Status::corrupt;
  if (kept.secret.size() > secret.size()) return Status::full;
  std::copy(kept.secret.begin(), kept.secret.end(), secret.begin());
  return static_cast<std::uint32_t>(kept.secret.size());
}

Status Keys::store(hal::SecretId id, std::span<const std::byte> secret) {
  if (secret.empty() || secret.size() > hal::kSecretBytesMax) return Status::invalid;
  if (!answers()) return Status::unavailable;
  const Place place{id.kind, id.number};
  if (!kept_.contains(place) && kept_.size() >= kSecretsMax) return Status::full;
  const bool lasts = supply_.lasts_for_a_change();
  if (lasts || random_.chance(1, 2)) {
    kept_[place] = {.secret = {secret.begin(), secret.end()}, .checksum = crc32c(secret)};
  }
  return lasts ? Status::ok : Status::unavailable;
}

Status Keys::erase(hal::SecretId id) {
  if (!answers()) return Status::unavailable;
  const bool lasts = supply_.lasts_for_a_change();
  if (lasts || random_.chance(1, 2)) kept_.erase({id.kind, id.number});
  return lasts ? Status::ok : Status::unavailable;
}

bool Keys::damage(hal::SecretId id) {
  const auto found = kept_.find({id.kind, id.number});
  if (found == kept_.end()) return false;
  auto& secret = found->second.secret;
  secret[static_cast<std::size_t>(random_.below(secret.size()))] ^= std::byte{0x10};
  return true;
}

}  // namespace hf::sim
