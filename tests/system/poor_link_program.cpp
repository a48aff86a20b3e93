// poor_link: makes a network device a bad radio link, with the kernel's own emulator (sch_netem).
//
// usage: poor_link DEVICE DELAY_MS JITTER_MS LOSS_PERCENT KBIT     what leaves it; 0 KBIT: no limit
//
// For the guest of the system tests: `tc` would do the same with ten libraries that no board needs.
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace {

constexpr std::uint32_t kPacketsMost = 1000;  // waiting: enough that none is lost for want of room
constexpr std::int64_t kNanosecondsPerMillisecond = 1'000'000;

// One request, growing attribute by attribute.
class Request {
 public:
  explicit Request(int device) {
    header()->nlmsg_type = RTM_NEWQDISC;
    header()->nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK | NLM_F_CREATE | NLM_F_REPLACE;
    header()->nlmsg_len = NLMSG_LENGTH(sizeof(tcmsg));
    auto* const message = static_cast<tcmsg*>(NLMSG_DATA(header()));
    message->tcm_family = AF_UNSPEC;
    message->tcm_ifindex = device;
    message->tcm_parent = TC_H_ROOT;
    message->tcm_handle = 1U << 16U;
  }

  rtattr* add(std::uint16_t type, const void* data, std::size_t size) {
    void* const place = &bytes_[NLMSG_ALIGN(header()->nlmsg_len)];
    auto* const attribute = static_cast<rtattr*>(place);
    attribute->rta_type = type;
    attribute->rta_len = static_cast<std::uint16_t>(RTA_LENGTH(size));
    std::memcpy(RTA_DATA(attribute), data, size);
    header()->nlmsg_len = static_cast<std::uint32_t>(NLMSG_ALIGN(header()->nlmsg_len) +
                                                     RTA_ALIGN(attribute->rta_len));
    return attribute;
  }

  // What was added since belongs into it.
  void close(rtattr* attribute) {
    const auto* const end = &bytes_[header()->nlmsg_len];
    attribute->rta_len =
        static_cast<std::uint16_t>(end - reinterpret_cast<unsigned char*>(attribute));
  }

  // 0, or an error number.
  int send() {
    const int channel = ::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
    if (channel < 0 || ::send(channel, bytes_.data(), header()->nlmsg_len, 0) < 0) return errno;
    const ssize_t count = ::recv(channel, bytes_.data(), bytes_.size(), 0);
    ::close(channel);
    if (count < static_cast<ssize_t>(NLMSG_LENGTH(sizeof(nlmsgerr)))) return EPROTO;
    return -static_cast<nlmsgerr*>(NLMSG_DATA(header()))->error;
  }

 private:
  nlmsghdr* header() { return static_cast<nlmsghdr*>(static_cast<void*>(bytes_.data())); }

  alignas(nlmsghdr) std::array<unsigned char, 1024> bytes_{};
};

}  // namespace

int main(int count, char** words) {
  if (count != 6) {
    std::fputs("usage: poor_link DEVICE DELAY_MS JITTER_MS LOSS_PERCENT KBIT\n", stderr);
    return 2;
  }
  const auto number = [&](int index) {
    std::int64_t value = 0;
    std::from_chars(words[index], words[index] + std::strlen(words[index]), value);
    return value;
  };
  const auto device = static_cast<int>(::if_nametoindex(words[1]));
  const std::int64_t delay = number(2) * kNanosecondsPerMillisecond;
  const std::int64_t jitter = number(3) * kNanosecondsPerMillisecond;
  tc_netem_qopt options{};
  options.limit = kPacketsMost;
  options.loss = static_cast<std::uint32_t>(number(4) * UINT32_MAX / 100);
  tc_netem_rate rate{};
  rate.rate = static_cast<std::uint32_t>(number(5) * 1000 / 8);  // bytes a second

  Request request(device);
  request.add(TCA_KIND, "netem", sizeof "netem");
  rtattr* const all = request.add(TCA_OPTIONS, &options, sizeof options);
  request.add(TCA_NETEM_LATENCY64, &delay, sizeof delay);
  request.add(TCA_NETEM_JITTER64, &jitter, sizeof jitter);
  request.add(TCA_NETEM_RATE, &rate, sizeof rate);
  request.close(all);
  const int error = device == 0 ? ENODEV : request.send();
  if (error != 0) std::fprintf(stderr, "poor_link: %s: %s\n", words[1], std::strerror(error));
  return error == 0 ? 0 : 1;
}
