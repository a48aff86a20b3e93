#include "platform/linux/network.h"

#include <linux/if_arp.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <initializer_list>

#include "platform/linux/folder.h"
#include "platform/linux/netlink.h"

namespace hf::on_linux {
namespace {

constexpr std::uint32_t kGroups = RTMGRP_LINK | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;

bool begins_with_any(std::string_view name, std::initializer_list<std::string_view> openings) {
  return std::any_of(openings.begin(), openings.end(),
                     [&](std::string_view opening) { return name.starts_with(opening); });
}

bool same_but_for_changes(hal::NetworkState a, const hal::NetworkState& b) {
  return a.carrier == b.carrier && a.kind == b.kind && a.cost == b.cost &&
         a.interface == b.interface;
}

}  // namespace

hal::LinkKind kind_of_interface(int interfaces, const char* name) {
  const Descriptor interface = open_folder(interfaces, name);
  if (interface.is_open()) {
    std::array<char, 256> buffer;
    const auto about = read_text(interface.number(), "uevent", buffer);
    if (about.find("DEVTYPE=wlan") != std::string_view::npos) return hal::LinkKind::wifi;
    if (about.find("DEVTYPE=wwan") != std::string_view::npos) return hal::LinkKind::cellular;
    if (open_folder(interface.number(), "wireless").is_open()) return hal::LinkKind::wifi;
    // Our gateways dial PPP over a modem; nobody has put one behind PPPoE yet.
    const auto type = read_number(interface.number(), "type").value_or(-1);
    if (type == ARPHRD_PPP || type == ARPHRD_RAWIP) return hal::LinkKind::cellular;
  }
  if (begins_with_any(name, {"ppp", "ww", "rmnet"})) return hal::LinkKind::cellular;
  if (begins_with_any(name, {"wl", "mlan"})) return hal::LinkKind::wifi;
  if (begins_with_any(name, {"eth", "en", "lan"})) return hal::LinkKind::wired;
  return hal::LinkKind::unknown;
}

hal::LinkCost cost_of(hal::LinkKind kind) {
  switch (kind) {
    case hal::LinkKind::wired: return hal::LinkCost::free;
    case hal::LinkKind::cellular: return hal::LinkCost::metered;
    case hal::LinkKind::wifi:  // may be somebody's telephone
    case hal::LinkKind::unknown: break;
  }
  return hal::LinkCost::unknown;
}

Network::Network(const char* sysfs, hal::LinkCost cost)
    : cost_(cost), announcements_(open_netlink(kGroups)), questions_(open_netlink(0)) {
  const Descriptor root = open_folder(sysfs);
  if (root.is_open()) interfaces_ = open_folder(root.number(), "class/net");
  refresh();
}

void Network::notice() {
  std::array<std::byte, 4096> announcement;
  bool changed = false;
  // What it says does not matter: we ask anew. An overrun (ENOBUFS) says as much.
  for (;;) {
    const auto count = uninterrupted([&] {
      return ::recv(descriptor(), announcement.data(), announcement.size(), MSG_DONTWAIT);
    });
    if (count == 0 || (count < 0 && errno != ENOBUFS)) break;
    changed = true;
  }
  if (changed) refresh();
}

void Network::refresh() {
  if (!questions_.is_open()) return;
  const int found = find_default_interface(questions_.number());
  if (found != 0) default_interface_ = found;

  hal::NetworkState now;
  InterfaceState interface;
  if (default_interface_ != 0) {
    if (ask_interface(questions_.number(), default_interface_, interface)) {
      now.interface = interface.name;
      now.carrier = interface.carrier;
      now.kind = kind_of_interface(interfaces_.number(), interface.name.c_str());
      now.cost = cost_ != hal::LinkCost::unknown ? cost_ : cost_of(now.kind);
    } else {
      now = state_;  // unplugged, modem and all: it is still the way out we had
      now.carrier = hal::Carrier::down;
    }
  }
  now.changes = state_.changes;
  if (same_but_for_changes(now, state_)) return;
  ++now.changes;
  state_ = now;
}

}  // namespace hf::on_linux
