#include "platform/linux/link_channel.h"

#include <fcntl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "config/limits/limits.h"
#include "platform/linux/clock.h"
#include "platform/linux/folder.h"

namespace hf::on_linux {
namespace {

constexpr hal::RoleInstance kLinkRole{.role = hal::Role::link, .number = 0};

// One publish of the largest kind, and requests without a payload of size beside it: subscribing,
// disconnecting, beats, secrets.
constexpr std::size_t kPartsMax = limits::kBoard.frame_bytes_max / wire::kLinkPartBytesMax + 1;
constexpr std::size_t kPublishBytesMax =
    limits::kBoard.frame_bytes_max +
    kPartsMax * (LinkOutbox::kHeaderBytes + wire::kLinkDatagramBytesMax - wire::kLinkPartBytesMax);
constexpr std::size_t kSmallRequestsBytes = 32 * limits::kKiB;

// Asked of the kernel, which grants what it likes: then a frame rarely waits in the outbox.
constexpr int kSendBufferBytes = 2 * limits::kBoard.frame_bytes_max;

}  // namespace

LinkChannel::LinkChannel(EventLoop& loop, Processes& processes)
    : loop_(loop),
      processes_(processes),
      outbox_(kPublishBytesMax + kSmallRequestsBytes),
      datagram_(std::make_unique<std::byte[]>(wire::kLinkDatagramBytesMax)) {}

LinkChannel::~LinkChannel() {
  if (is_watched_) loop_.forget(channel_.number());
}

bool LinkChannel::find() {
  const std::uint32_t start = processes_.start_number(kLinkRole);
  if (start != 0 && start != start_) {  // else it is the one we have, or had and lost
    lose();
    adopt(start);
  }
  flush();
  return channel_.is_open();
}

void LinkChannel::adopt(std::uint32_t start) {
  Descriptor copy{::fcntl(processes_.channel(kLinkRole), F_DUPFD_CLOEXEC, 0)};
  if (!copy.is_open()) return;  // no descriptors left now; perhaps at the next look
  ::setsockopt(copy.number(), SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
  channel_ = std::move(copy);
  start_ = start;
  ++counters_.roles_found;
  heard_at_ = boot_clock_now();
  next_beat_ = heard_at_;
}

void LinkChannel::lose() {
  if (!channel_.is_open()) return;
  wake();
  channel_.close();
  outbox_.clear();
  is_lost_ = true;
}

bool LinkChannel::take_loss() { return std::exchange(is_lost_, false); }

void LinkChannel::stop_role() {
  ++counters_.roles_stopped;
  // Stale: it has ended by itself, which is as good.
  static_cast<void>(processes_.stop(kLinkRole, Duration{}));
  lose();
}

// Once: a loop whose turns do not take what has come must not turn for ever. Watched again from the
// next look on.
void LinkChannel::wake() {
  if (is_watched_) loop_.forget(channel_.number());
  is_watched_ = false;
}

// The loop wakes for one direction at a time: while something waits to go, for room. The other
// direction is looked at whenever the loop turns.
void LinkChannel::watch_for(Readiness readiness) {
  if (is_watched_ && readiness == watched_for_) return;
  wake();
  watched_for_ = readiness;
  // Full: we are looked at once a second all the same.
  is_watched_ =
      is_ok(loop_.watch(channel_.number(), readiness, callback<&LinkChannel::wake>(*this)));
}

void LinkChannel::flush() {
  if (!channel_.is_open()) return;
  const Status sent = outbox_.flush(channel_.number());
  if (sent == Status::unavailable) return lose();
  watch_for(is_ok(sent) ? Readiness::readable : Readiness::writable);
}

Status LinkChannel::put(const wire::LinkRequest& request) {
  if (!channel_.is_open()) return Status::unavailable;
  HF_TRY(outbox_.put(request));
  flush();
  return channel_.is_open() ? Status::ok : Status::unavailable;
}

Status LinkChannel::put_publish(wire::LinkRequest request) {
  if (!channel_.is_open()) return Status::unavailable;
  if (outbox_.room_bytes() < kPublishBytesMax) return Status::busy;
  auto rest = request.payload;
  request.payload_bytes = static_cast<std::uint32_t>(rest.size());
  do {
    request.payload = rest.first(std::min(rest.size(), wire::kLinkPartBytesMax));
    rest = rest.subspan(request.payload.size());
    const Status status = outbox_.put(request);
    HF_ASSERT(is_ok(status));  // the room was there
    request.kind = wire::LinkRequestKind::more;
  } while (!rest.empty());
  flush();
  return channel_.is_open() ? Status::ok : Status::unavailable;
}

bool LinkChannel::receive(wire::LinkReport& report) {
  if (!channel_.is_open()) return false;
  const auto size = uninterrupted([&] {
    return ::recv(channel_.number(), datagram_.get(), wire::kLinkDatagramBytesMax,
                  MSG_DONTWAIT | MSG_TRUNC);
  });
  if (size < 0 && errno == EAGAIN) return false;
  if (size <= 0) {
    lose();
    return false;
  }
  heard_at_ = boot_clock_now();
  const auto bytes = static_cast<std::size_t>(size);
  const bool is_whole = bytes <= wire::kLinkDatagramBytesMax;
  if (!is_whole || !is_ok(unpack(std::span{datagram_.get(), bytes}, report))) {
    stop_role();
    return false;
  }
  counters_.lost_messages += report.lost_messages;
  return true;
}

void LinkChannel::attend() {
  if (!find()) return;
  const Uptime now = boot_clock_now();
  if (now - heard_at_ > kSilenceMax) return stop_role();
  if (now < next_beat_) return;
  next_beat_ = now + kBeatPeriod;
  wire::LinkRequest request;
  request.kind = wire::LinkRequestKind::beat;
  request.number = ++beat_;
  static_cast<void>(put(request));  // full: the role's silence then counts all the same
}

}  // namespace hf::on_linux
