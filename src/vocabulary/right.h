// What somebody may do: four steps, each with all that the ones before it have.
//
// Steps and not a set of flags, because a person at a machine understands "may operate, may not
// configure" and nobody keeps a matrix true. What is finer (who may see which sensors) is asked of
// the sensor's group. Every verb of the control table names the right it needs; every way in says
// which right whoever comes by it has; tokens of the web will carry one each.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace hf {

enum class Right : std::uint8_t {
  none,        // of somebody who may do nothing
  view,        // see everything, change nothing
  operate,     // what a shift does: acknowledge, drain, enable, send now
  configure,   // what changes how it works: settings, rules, equipment, sensors
  administer,  // who may do what
};

inline constexpr std::array<std::string_view, 5> kRightWords{"none", "view", "operate", "configure",
                                                             "administer"};
constexpr std::string_view to_text(Right right) {
  return kRightWords[static_cast<std::size_t>(right) % kRightWords.size()];
}

constexpr bool has(Right has, Right needed) { return has >= needed && has != Right::none; }

}  // namespace hf
