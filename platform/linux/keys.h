// hal::Keys as files that only we can read, for boards without sealing hardware.
//
// A secret that is replaced or erased is overwritten before it goes. On flash that moves its blocks
// (SD cards, raw flash) the old bytes may still lie somewhere in the chip: it helps against a
// curious file system tool, not against a laboratory.
//
// File: "HFKY", version, kind, number (u16), length (u32), CRC-32C of all else, then the secret.
// Kind and number are inside, so that a file copied under another name is `corrupt`.
//
// Never allocates. One thread.
#pragma once

#include "hal/keys.h"
#include "platform/linux/descriptor.h"

namespace hf::on_linux {

class Keys final : public hal::Keys {
 public:
  // Makes the folder (mode 0700) when there is none, and closes one that others could read. Where
  // that fails every call is `unavailable`.
  explicit Keys(const char* folder);

  Result<std::uint32_t> load(hal::SecretId id, std::span<std::byte> secret) override;
  Status store(hal::SecretId id, std::span<const std::byte> secret) override;
  Status erase(hal::SecretId id) override;

 private:
  Descriptor folder_;
};

}  // namespace hf::on_linux
