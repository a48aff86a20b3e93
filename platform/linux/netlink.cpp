#include "platform/linux/netlink.h"

#include <linux/if.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

constexpr std::size_t kAnswerBytes = 16'384;  // what the kernel fills at most per datagram

struct Answer {
  alignas(nlmsghdr) std::array<std::byte, kAnswerBytes> bytes;
};

template <typename Body>
struct Question {
  nlmsghdr header;
  Body body;
};

template <typename Body>
bool ask(int netlink, std::uint16_t type, std::uint16_t flags, const Body& body) {
  Question<Body> question{};
  question.header.nlmsg_len = NLMSG_LENGTH(sizeof body);
  question.header.nlmsg_type = type;
  question.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
  question.body = body;
  // What is left of an answer that was not read to its end must not be taken for the next one.
  std::byte rest{};
  while (::recv(netlink, &rest, sizeof rest, MSG_DONTWAIT) > 0) {
  }
  return uninterrupted([&] { return ::send(netlink, &question, question.header.nlmsg_len, 0); }) >
         0;
}

// Parts of a message are copied out: netlink aligns to four bytes, the structures want more.
template <typename T>
bool take_front(std::span<const std::byte>& bytes, T& front) {
  if (bytes.size() < sizeof front) return false;
  std::memcpy(&front, bytes.data(), sizeof front);
  bytes = bytes.subspan(std::min(bytes.size(), std::size_t{NLMSG_ALIGN(sizeof front)}));
  return true;
}

// Cuts a length-prefixed piece off the front; its padding goes with it.
std::span<const std::byte> cut(std::span<const std::byte>& bytes, std::size_t length) {
  const auto piece = bytes.first(std::min(bytes.size(), length));
  bytes = bytes.subspan(std::min(bytes.size(), std::size_t{NLMSG_ALIGN(length)}));
  return piece;
}

template <typename Body, typename See>
void for_each_attribute(std::span<const std::byte> message, See see) {
  Body body;
  if (!take_front(message, body)) return;
  while (message.size() >= sizeof(rtattr)) {
    rtattr attribute;
    std::memcpy(&attribute, message.data(), sizeof attribute);
    if (attribute.rta_len < sizeof attribute) return;
    const auto piece = cut(message, attribute.rta_len);
    see(attribute.rta_type, piece.subspan(std::min(piece.size(), sizeof attribute)));
  }
}

// Every message of the answer until `see` returns false or the kernel says that it was the last.
template <typename See>
void for_each_message(int netlink, See see) {
  Answer answer;
  for (;;) {
    const auto count = uninterrupted(
        [&] { return ::recv(netlink, answer.bytes.data(), answer.bytes.size(), MSG_DONTWAIT); });
    if (count <= 0) return;
    std::span<const std::byte> rest =
        std::span{answer.bytes}.first(static_cast<std::size_t>(count));
    while (rest.size() >= sizeof(nlmsghdr)) {
      nlmsghdr header;
      std::memcpy(&header, rest.data(), sizeof header);
      if (header.nlmsg_len < sizeof header) return;
      const auto message = cut(rest, header.nlmsg_len).subspan(sizeof header);
      if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) return;
      see(header.nlmsg_type, message);
      if ((header.nlmsg_flags & NLM_F_MULTI) == 0) return;
    }
  }
}

template <typename Number>
Number number_in(std::span<const std::byte> bytes) {
  Number number{};
  if (bytes.size() >= sizeof number) std::memcpy(&number, bytes.data(), sizeof number);
  return number;
}

int find_default_interface(int netlink, std::uint8_t family) {
  rtmsg question{};
  question.rtm_family = family;
  if (!ask(netlink, RTM_GETROUTE, NLM_F_DUMP, question)) return 0;
  int best_interface = 0;
  std::uint32_t best_metric = 0;
  for_each_message(netlink, [&](std::uint16_t type, std::span<const std::byte> message) {
    const auto route = number_in<rtmsg>(message);
    if (type != RTM_NEWROUTE || route.rtm_dst_len != 0 || route.rtm_type != RTN_UNICAST ||
        route.rtm_table != RT_TABLE_MAIN) {
      return;
    }
    int interface = 0;
    std::uint32_t metric = 0;
    for_each_attribute<rtmsg>(message, [&](std::uint16_t kind, std::span<const std::byte> value) {
      if (kind == RTA_OIF) interface = number_in<int>(value);
      if (kind == RTA_PRIORITY) metric = number_in<std::uint32_t>(value);
    });
    if (interface == 0 || (best_interface != 0 && metric >= best_metric)) return;
    best_interface = interface;
    best_metric = metric;
  });
  return best_interface;
}

}  // namespace

Descriptor open_netlink(std::uint32_t announcement_groups) {
  Descriptor netlink{::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
  sockaddr_nl address{};
  address.nl_family = AF_NETLINK;
  address.nl_groups = announcement_groups;
  if (netlink.is_open() &&
      ::bind(netlink.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    netlink.close();
  }
  return netlink;
}

int find_default_interface(int netlink) {
  const int interface = find_default_interface(netlink, AF_INET);
  return interface != 0 ? interface : find_default_interface(netlink, AF_INET6);
}

bool ask_interface(int netlink, int interface, InterfaceState& state) {
  ifinfomsg question{};
  question.ifi_family = AF_UNSPEC;
  question.ifi_index = interface;
  if (!ask(netlink, RTM_GETLINK, 0, question)) return false;
  bool found = false;
  for_each_message(netlink, [&](std::uint16_t type, std::span<const std::byte> message) {
    const auto link = number_in<ifinfomsg>(message);
    if (type != RTM_NEWLINK || link.ifi_index != interface) return;
    found = true;
    const bool up = (link.ifi_flags & IFF_UP) != 0 && (link.ifi_flags & IFF_LOWER_UP) != 0;
    state.carrier = up ? hal::Carrier::up : hal::Carrier::down;
    for_each_attribute<ifinfomsg>(
        message, [&](std::uint16_t kind, std::span<const std::byte> value) {
          if (kind != IFLA_IFNAME) return;
          const auto* name = reinterpret_cast<const char*>(value.data());
          state.name.assign(
              {name, ::strnlen(name, std::min(value.size(), decltype(state.name)::capacity()))});
        });
  });
  return found;
}

}  // namespace hf::on_linux
