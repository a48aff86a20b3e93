#include "platform/linux/link_outbox.h"

#include <sys/socket.h>

#include <cerrno>

#include "platform/linux/folder.h"
#include "vocabulary/bytes.h"

namespace hf::on_linux {
namespace {

// At most so much: the fields of every kind, and what it carries.
std::size_t size_bound(const wire::LinkRequest& request) {
  return wire::kLinkDatagramBytesMax - wire::kLinkPartBytesMax + request.payload.size();
}

}  // namespace

LinkOutbox::LinkOutbox(std::size_t capacity_bytes)
    : capacity_bytes_(capacity_bytes), bytes_(std::make_unique<std::byte[]>(capacity_bytes)) {}

Status LinkOutbox::put(const wire::LinkRequest& request) {
  if (empty()) clear();
  if (kHeaderBytes + size_bound(request) > room_bytes()) return Status::full;
  const std::span rest{bytes_.get() + filled_bytes_, room_bytes()};
  const std::size_t size = pack(request, rest.subspan(kHeaderBytes));
  store(rest, static_cast<std::uint32_t>(size));
  filled_bytes_ += kHeaderBytes + size;
  return Status::ok;
}

Status LinkOutbox::flush(int channel) {
  while (!empty()) {
    const std::span waiting{bytes_.get() + sent_bytes_, filled_bytes_ - sent_bytes_};
    const auto datagram = waiting.subspan(kHeaderBytes, load_u32(waiting));
    const auto sent = uninterrupted([&] {
      return ::send(channel, datagram.data(), datagram.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    });
    if (sent < 0) {
      const bool has_no_room = errno == EAGAIN || errno == ENOBUFS;
      return has_no_room ? Status::busy : Status::unavailable;
    }
    sent_bytes_ += kHeaderBytes + datagram.size();
  }
  clear();
  return Status::ok;
}

}  // namespace hf::on_linux
