// Against made-up sysfs trees: what boards really have there, from none of it to all.
#include "platform/linux/power.h"

#include <CppUTest/TestHarness.h>

#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

TEST_GROUP(PowerFromSysfs) {
  test::TemporaryFolder folder;

  Power power() {
    PowerOptions options;
    options.sysfs.assign(folder.path().c_str());
    options.thermal_zone.assign("thermal_zone0");
    options.failing_line.assign(folder / "gpio/value");
    return Power{options};
  }
  void supply(const std::string& name, const std::string& file, std::string_view content) {
    folder.write("class/power_supply/" + name + "/" + file, std::string{content} + "\n");
  }
  void mains(std::string_view online) {
    supply("ac", "type", "Mains");
    supply("ac", "online", online);
  }
  void battery(std::string_view capacity, std::string_view status) {
    supply("bat", "type", "Battery");
    supply("bat", "capacity", capacity);
    supply("bat", "status", status);
  }
};

TEST(PowerFromSysfs, a_board_that_knows_nothing_says_unknown) {
  const hal::PowerState state = power().state();
  CHECK(state.source == hal::PowerSource::unknown);
  CHECK_FALSE(state.failing);
  LONGS_EQUAL(hal::kChargeUnknown, state.charge_percent);
  LONGS_EQUAL(hal::kTemperatureUnknown, state.temperature_millicelsius);
}

TEST(PowerFromSysfs, tells_mains_from_battery) {
  battery("87", "Charging");
  mains("1");
  CHECK(power().state().source == hal::PowerSource::mains);
  LONGS_EQUAL(87, power().state().charge_percent);
  battery("86", "Discharging");
  mains("0");
  CHECK(power().state().source == hal::PowerSource::battery);
  LONGS_EQUAL(86, power().state().charge_percent);
}

TEST(PowerFromSysfs, a_battery_that_charges_is_fed_by_something) {
  battery("50", "Charging");
  CHECK(power().state().source == hal::PowerSource::mains);
}

TEST(PowerFromSysfs, a_dead_supply_without_a_battery_is_not_what_feeds_us) {
  mains("0");
  CHECK(power().state().source == hal::PowerSource::unknown);
}

TEST(PowerFromSysfs, the_battery_of_a_mouse_is_not_ours) {
  supply("mouse", "type", "Battery");
  supply("mouse", "scope", "Device");
  supply("mouse", "capacity", "15");
  CHECK(power().state().source == hal::PowerSource::unknown);
  LONGS_EQUAL(hal::kChargeUnknown, power().state().charge_percent);
}

TEST(PowerFromSysfs, nonsense_is_unknown_and_not_a_plausible_number) {
  battery("250", "Discharging");
  folder.write("class/thermal/thermal_zone0/temp", "warm\n");
  LONGS_EQUAL(hal::kChargeUnknown, power().state().charge_percent);
  LONGS_EQUAL(hal::kTemperatureUnknown, power().state().temperature_millicelsius);
}

TEST(PowerFromSysfs, temperature_is_as_the_zone_says_also_below_zero) {
  folder.write("class/thermal/thermal_zone0/temp", "-12500\n");
  LONGS_EQUAL(-12500, power().state().temperature_millicelsius);
}

TEST(PowerFromSysfs, changes_are_seen_at_the_next_refresh) {
  mains("1");
  battery("90", "Full");
  Power board = power();
  mains("0");
  battery("89", "Discharging");
  CHECK(board.state().source == hal::PowerSource::mains);
  board.refresh();
  CHECK(board.state().source == hal::PowerSource::battery);
}

TEST(PowerFromSysfs, the_warning_line_is_seen_at_once) {
  folder.write("gpio/value", "1\n");
  const Power board = power();
  CHECK_FALSE(board.state().failing);
  folder.write("gpio/value", "0\n");
  CHECK(board.state().failing);
  folder.write("gpio/value", "1\n");
  CHECK_FALSE(board.state().failing);
}
