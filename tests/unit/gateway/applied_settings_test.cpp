// That a setting which can be set does something: each of them is changed, and somebody is told
// something else than before.
#include "gateway/applied_settings.h"

#include <CppUTest/TestHarness.h>

#include <string>

#include "config/settings/table.h"

using namespace hf;
using namespace hf::gateway;
using settings::Setting;

TEST_GROUP(AppliedSettings){};

namespace {

// Another value than the one it begins with, within the bounds.
stores::SettingValue another_value(const Setting& setting) {
  stores::SettingValue value = stores::initial_value(setting);
  value.number = value.number == setting.least ? setting.most : setting.least;
  if (settings::is_textual(setting.kind)) value.text.assign("another");
  return value;
}

// Those that configuring.h and the store of settings take by themselves.
bool is_about_settings(const Setting& setting) { return setting.path.starts_with("settings."); }

}  // namespace

TEST(AppliedSettings, each_setting_changes_what_some_part_is_told) {
  const stores::SettingSet built_in;
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    const Setting& setting = settings::kTable[i];
    stores::SettingSet set;
    set.put({i}, another_value(setting), stores::SettingsLayer::local);
    const bool tells = !(queue_settings(set, {}) == queue_settings(built_in, {})) ||
                       !(sensor_defaults(set) == sensor_defaults(built_in)) ||
                       !(sync_settings(set) == sync_settings(built_in)) ||
                       !(uplink_settings(set, {}) == uplink_settings(built_in, {})) ||
                       !(node_settings(set) == node_settings(built_in)) ||
                       !(rights(set) == rights(built_in)) ||
                       !(alert_defaults(set) == alert_defaults(built_in)) ||
                       window_bytes(set) != window_bytes(built_in) ||
                       !(data_plan(set, {}) == data_plan(built_in, {})) ||
                       !(models_settings(set) == models_settings(built_in)) ||
                       activity_entries_most(set) != activity_entries_most(built_in) ||
                       !(update_proof(set) == update_proof(built_in));
    CHECK_TEXT(tells || is_about_settings(setting),
               (std::string(setting.path) + " may be set and does nothing").c_str());
  }
}

TEST(AppliedSettings, the_built_in_settings_are_what_the_parts_begin_with) {
  CHECK(queue_settings({}, {}) == stores::QueueSettings{});
  CHECK(sensor_defaults({}) == stores::SensorDefaults{});
  CHECK(node_settings({}) == stores::NodeSettings{});
  CHECK(rights({}) == Rights{});
  CHECK(alert_defaults({}) == flows::AlertDefaults{});
  CHECK(window_bytes({}) == limits::kBoard.telemetry_bytes);
  CHECK(sync_settings({}) == flows::SyncSettings{});
  stores::SettingSet set;
  for (std::uint16_t i = 0; i < settings::kSettingCount; ++i) {
    set.put({i}, stores::initial_value(settings::kTable[i]), stores::SettingsLayer::file);
  }
  flows::UplinkSettings uplink = uplink_settings(set, {});
  uplink.root = {};  // empty means the same
  uplink.tenant = {};
  CHECK(uplink == flows::UplinkSettings{});
}
