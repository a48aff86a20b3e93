// What the board knows of its way out, before and beneath any connection.
//
// Contract, proved on each platform by tests/contract/network_contract.cpp:
//   1. state() never blocks. `changes` grows by at least one at every change of the other fields.
//   2. Carrier up is not a promise that packets pass; carrier down is a promise that they do not.
//   3. With several interfaces, the state is that of the default route.
#pragma once

#include <cstdint>

#include "vocabulary/fixed_string.h"

namespace hf::hal {

enum class Carrier : std::uint8_t { unknown, down, up };
enum class LinkKind : std::uint8_t { unknown, wired, wifi, cellular };
enum class LinkCost : std::uint8_t { unknown, free, metered };

struct NetworkState {
  Carrier carrier = Carrier::unknown;
  LinkKind kind = LinkKind::unknown;
  LinkCost cost = LinkCost::unknown;
  FixedString<15> interface;
  std::uint32_t changes = 0;
};

class Network {
 public:
  virtual NetworkState state() const = 0;

 protected:
  ~Network() = default;
};

}  // namespace hf::hal
