// Templates: settings that belong together, under a name, for the situations gateways are in. One
// is an edit like any other: tried, confirmed, reverted.
#pragma once

#include <array>
#include <string_view>

namespace hf::stores {

struct SettingsTemplate {
  std::string_view name;
  std::string_view about;
  std::string_view json;  // as read_settings() takes it
};

// clang-format off
inline constexpr std::array kSettingsTemplates{
    SettingsTemplate{"careful",    "as little as possible is lost at a power cut; more is written to flash",
                     R"({"durability":{"window":"1 s","batch_period":"5 min"}})"},
    SettingsTemplate{"spare_flash", "a worn card lives longer; up to a minute may be lost at a power cut",
                     R"({"durability":{"window":"1 min","batch_period":"30 min"},"flash":{"bytes_per_day":"20 MB"},"history":{"persist":false}})"},
    SettingsTemplate{"long_outages", "days without a link: what upstream has does not stay on flash",
                     R"({"durability":{"window":"30 s"},"history":{"persist":false}})"},
};
// clang-format on

}  // namespace hf::stores
