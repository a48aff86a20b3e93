// Secrets in a sealed corner of the simulated board: each store is old or new after a power cut.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "hal/keys.h"
#include "platform/sim/supply.h"
#include "vocabulary/random.h"

namespace hf::sim {

class Keys final : public hal::Keys {
 public:
  Keys(Supply& supply, std::uint64_t seed) : supply_(supply), random_(seed) {}

  Result<std::uint32_t> load(hal::SecretId id, std::span<std::byte> secret) override;
  Status store(hal::SecretId id, std::span<const std::byte> secret) override;
  Status erase(hal::SecretId id) override;

  // The secret rots. False: there is none.
  bool damage(hal::SecretId id);
  // As when the sealing hardware or its file system does not answer.
  void set_available(bool is_available) { is_available_ = is_available; }

 private:
  struct Kept {
    std::vector<std::byte> secret;
    std::uint32_t checksum;
  };
  using Place = std::pair<hal::SecretKind, std::uint16_t>;

  bool answers() const { return is_available_ && supply_.is_on(); }

  Supply& supply_;
  Random random_;
  std::map<Place, Kept> kept_;
  bool is_available_ = true;
};

}  // namespace hf::sim
