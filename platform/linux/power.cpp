#include "platform/linux/power.h"

#include <fcntl.h>

#include <algorithm>
#include <array>

#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

Descriptor open_below(const Path& root, std::string_view below) {
  Path path = root;
  return is_ok(path.try_append(below)) ? open_folder(path.c_str()) : Descriptor{};
}

// What all supplies together say.
struct Supplies {
  bool any_mains = false;
  bool mains_online = false;
  bool any_battery = false;
  bool battery_charging = false;
  std::int64_t charge_percent = -1;
};

void look_at(int supply, Supplies& seen) {
  std::array<char, 32> buffer;
  // A wireless keyboard's battery says nothing about our own supply.
  if (read_text(supply, "scope", buffer) == "Device") return;
  const auto type = read_text(supply, "type", buffer);
  if (type == "Battery") {
    seen.any_battery = true;
    seen.charge_percent =
        std::max(seen.charge_percent, read_number(supply, "capacity").value_or(-1));
    const auto status = read_text(supply, "status", buffer);
    seen.battery_charging |= status == "Charging" || status == "Full";
  } else if (type == "Mains" || type.starts_with("USB")) {
    seen.any_mains = true;
    seen.mains_online |= read_number(supply, "online").value_or(0) > 0;
  }
}

hal::PowerSource source_of(const Supplies& seen) {
  if (seen.mains_online || seen.battery_charging) return hal::PowerSource::mains;
  if (seen.any_battery) return hal::PowerSource::battery;
  // A supply that says it is off, and no battery: whatever feeds us is not among what we can see.
  return hal::PowerSource::unknown;
}

}  // namespace

Power::Power(const PowerOptions& options)
    : supplies_(open_below(options.sysfs, "/class/power_supply")),
      failing_when_(options.failing_when) {
  Path zone;
  if (is_ok(zone.try_append("/class/thermal/")) &&
      is_ok(zone.try_append(options.thermal_zone.view()))) {
    thermal_zone_ = open_below(options.sysfs, zone.view());
  }
  if (!options.failing_line.empty()) {
    failing_line_ = Descriptor{::open(options.failing_line.c_str(), O_RDONLY | O_CLOEXEC)};
  }
  refresh();
}

hal::PowerState Power::state() const {
  hal::PowerState state = seen_;
  state.failing = is_failing();
  return state;
}

void Power::refresh() {
  Supplies supplies;
  if (supplies_.is_open()) {
    NamesIn names{supplies_.number()};
    while (const char* name = names.next()) {
      const Descriptor supply = open_folder(supplies_.number(), name);
      if (supply.is_open()) look_at(supply.number(), supplies);
    }
  }
  seen_.source = source_of(supplies);
  seen_.charge_percent = supplies.charge_percent >= 0 && supplies.charge_percent <= 100
                             ? static_cast<std::uint8_t>(supplies.charge_percent)
                             : hal::kChargeUnknown;
  const auto temperature = thermal_zone_.is_open() ? read_number(thermal_zone_.number(), "temp")
                                                   : Result<std::int64_t>{Status::not_found};
  seen_.temperature_millicelsius =
      static_cast<std::int32_t>(temperature.value_or(hal::kTemperatureUnknown));
}

void Power::notice_failing() { static_cast<void>(is_failing()); }

bool Power::is_failing() const {
  char value = 0;
  return failing_line_.is_open() && ::pread(failing_line_.number(), &value, 1, 0) == 1 &&
         value == failing_when_;
}

}  // namespace hf::on_linux
