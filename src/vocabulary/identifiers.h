// Names that cross borders: tenant, gateway, equipment, sensor, node.
//
// They become parts of MQTT topics, file names, SQL values and log lines, so what is allowed is
// what is harmless in all of them: ASCII letters, digits, '_', '-' and '.'; at most 32 characters;
// the first one a letter or digit (no "..", no "-flag", no "$SYS"). They are checked once, where
// they enter; an identifier that exists is good. Comparing is bytewise: "Pump" and "pump" are two.
#pragma once

#include <compare>
#include <cstdint>
#include <string_view>

#include "vocabulary/fixed_string.h"
#include "vocabulary/outcome.h"

namespace hf {

inline constexpr std::size_t kIdentifierCharactersMax = 32;

// True when `text` may be an identifier.
bool is_identifier(std::string_view text);

template <typename Tag>
class Identifier {
 public:
  constexpr Identifier() = default;  // empty: names nothing

  // ok: `identifier` is set.  invalid: `text` breaks a rule above; `identifier` is unchanged.
  static Status parse(std::string_view text, Identifier& identifier) {
    if (!is_identifier(text)) return Status::invalid;
    identifier.text_.assign(text);
    return Status::ok;
  }

  constexpr bool empty() const { return text_.empty(); }
  constexpr std::string_view text() const { return text_.view(); }

  friend constexpr bool operator==(const Identifier& a, const Identifier& b) {
    return a.text() == b.text();
  }
  friend constexpr auto operator<=>(const Identifier& a, const Identifier& b) {
    return a.text() <=> b.text();
  }

 private:
  FixedString<kIdentifierCharactersMax> text_;
};

using TenantId = Identifier<struct TenantTag>;
using GatewayId = Identifier<struct GatewayTag>;
using EquipmentId = Identifier<struct EquipmentTag>;
using SensorId = Identifier<struct SensorTag>;
using NodeId = Identifier<struct NodeTag>;  // a field device, or the gateway itself

// A sensor within one gateway: dense, from 0, given out by the sensor registry at boot. Stores and
// flows use it; the name is looked up at the borders only.
struct SensorIndex {
  std::uint16_t value = 0;
  friend constexpr auto operator<=>(SensorIndex, SensorIndex) = default;
};

}  // namespace hf
