// hal::Network from netlink: the interface of the default route, its carrier, and what kind it is.
//
// The kernel announces every change of links and routes; each announcement makes us ask again which
// route is the default one. Answers to our own questions are ready when the question was sent, so
// nothing here waits.
//
// When the default route goes (a DHCP client takes it away with the cable) the last interface
// stays the one that is told of. Before there ever was one, everything is unknown.
//
// Never allocates. One thread.
#pragma once

#include "hal/network.h"
#include "platform/linux/descriptor.h"

namespace hf::on_linux {

class Network final : public hal::Network {
 public:
  // `sysfs`: normally /sys; for the kind of an interface.
  // `cost`: what a byte costs, told by a person; unknown: as the kind of interface suggests.
  explicit Network(const char* sysfs, hal::LinkCost cost = hal::LinkCost::unknown);

  hal::NetworkState state() const override { return state_; }

  // Readable when links or routes changed; the loop then calls notice(). Negative: no netlink here,
  // and everything stays unknown.
  int descriptor() const { return announcements_.number(); }
  void notice();

 private:
  void refresh();

  hal::LinkCost cost_;
  Descriptor announcements_;
  Descriptor questions_;
  Descriptor interfaces_;  // class/net in sysfs
  int default_interface_ = 0;
  hal::NetworkState state_;
};

// By what sysfs says in class/net/<name>, else by its name.
hal::LinkKind kind_of_interface(int interfaces, const char* name);
hal::LinkCost cost_of(hal::LinkKind kind);

}  // namespace hf::on_linux
