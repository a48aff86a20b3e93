// hal::Power from sysfs: supplies in class/power_supply, a thermal zone, and a line that warns.
//
// Supplies and temperature are read by refresh(), on the loop's thread and at its pace, because a
// fuel gauge may take milliseconds to answer; state() gives what was seen last. Only the warning
// line is read in state() itself: it is a register, and its news cannot wait.
//
// Never allocates. One thread.
#pragma once

#include "hal/power.h"
#include "platform/linux/descriptor.h"
#include "vocabulary/fixed_string.h"

namespace hf::on_linux {

using Path = FixedString<255>;

struct PowerOptions {
  Path sysfs;               // normally /sys
  Path thermal_zone;        // folder below class/thermal
  Path failing_line;        // a GPIO's `value` file, its `edge` set; empty: there is no such wire
  char failing_when = '0';  // what the line reads while power is about to go
};

class Power final : public hal::Power {
 public:
  static constexpr Duration kRefreshPeriod = seconds(5);

  explicit Power(const PowerOptions& options);

  hal::PowerState state() const override;

  void refresh();

  // Becomes `urgent` when the warning line changes. Negative: there is no line.
  int failing_descriptor() const { return failing_line_.number(); }
  // Makes the kernel arm the line's next edge.
  void notice_failing();

 private:
  bool is_failing() const;

  Descriptor supplies_;
  Descriptor thermal_zone_;
  Descriptor failing_line_;
  char failing_when_;
  hal::PowerState seen_;
};

}  // namespace hf::on_linux
