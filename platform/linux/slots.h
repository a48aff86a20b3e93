// hal::Slots for a board with one system: no trials, but the count of short boots, kept in a file.
//
// File: boot id (u64), short boots so far (u32), whether this boot is stable (u32), CRC-32C. The
// boot is entered as short when the service starts and cleared by note_stable(): a power cut at any
// instant leaves a count that is right or one too high.
//
// Never allocates. One thread.
#pragma once

#include "hal/slots.h"
#include "platform/linux/descriptor.h"
#include "vocabulary/time.h"

namespace hf::on_linux {

class Slots final : public hal::Slots {
 public:
  // `folder`: exists. `may_reboot`: false answers reboot() with `refused`.
  Slots(const char* folder, BootId boot, bool may_reboot);

  Result<hal::SlotState> state() const override { return Status::unsupported; }
  Status confirm() override { return Status::unsupported; }
  std::uint32_t short_boots() const override { return short_boots_; }
  Status note_stable() override;
  Status reboot() override;

 private:
  Status keep(bool is_stable) const;

  Descriptor folder_;
  BootId boot_;
  bool may_reboot_;
  std::uint32_t short_boots_ = 0;
};

}  // namespace hf::on_linux
