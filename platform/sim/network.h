// The default route of the simulated board, as the test sets it. It is up from the start.
#pragma once

#include <string_view>

#include "hal/network.h"

namespace hf::sim {

class Network final : public hal::Network {
 public:
  Network() { state_.interface.assign("sim0"); }

  hal::NetworkState state() const override { return state_; }

  void set_carrier(hal::Carrier carrier) {
    state_.carrier = carrier;
    ++state_.changes;
  }
  void set_route(std::string_view interface, hal::LinkKind kind, hal::LinkCost cost) {
    state_.interface.assign(interface);
    state_.kind = kind;
    state_.cost = cost;
    ++state_.changes;
  }

 private:
  hal::NetworkState state_{.carrier = hal::Carrier::up,
                           .kind = hal::LinkKind::cellular,
                           .cost = hal::LinkCost::metered,
                           .interface = {},
                           .changes = 0};
};

}  // namespace hf::sim
