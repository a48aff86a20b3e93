// The two questions we ask the kernel over netlink.
#pragma once

#include <cstdint>

#include "hal/network.h"
#include "platform/linux/descriptor.h"

namespace hf::on_linux {

// Not open: this kernel (or emulator) has no netlink.
Descriptor open_netlink(std::uint32_t announcement_groups);

// The interface number of the default route with the smallest metric, IPv4 before IPv6.
// Zero: there is none.
int find_default_interface(int netlink);

struct InterfaceState {
  hal::Carrier carrier = hal::Carrier::unknown;
  FixedString<15> name;
};

// False: there is no such interface any more.
bool ask_interface(int netlink, int interface, InterfaceState& state);

}  // namespace hf::on_linux
