// Datagrams that wait until the link role's channel takes them, oldest first.
//
// One buffer, filled from the front and begun anew whenever it is empty: a publish is accepted
// whole or not at all, whatever the kernel's room for the channel is at that moment.
//
// Allocates once, at construction. One thread.
#pragma once

#include <memory>
#include <span>

#include "vocabulary/outcome.h"
#include "wire/channel/link_channel.h"

namespace hf::on_linux {

class LinkOutbox {
 public:
  static constexpr std::size_t kHeaderBytes = sizeof(std::uint32_t);  // before each datagram

  explicit LinkOutbox(std::size_t capacity_bytes);

  std::size_t room_bytes() const { return capacity_bytes_ - filled_bytes_; }
  bool empty() const { return sent_bytes_ == filled_bytes_; }
  void clear() { sent_bytes_ = filled_bytes_ = 0; }

  // ok.  full: unchanged.
  Status put(const wire::LinkRequest& request);

  // Sends what the channel takes now. ok: all of it.  busy: some waits.  unavailable: nobody is at
  // the other end.
  Status flush(int channel);

 private:
  std::size_t capacity_bytes_;
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t filled_bytes_ = 0;
  std::size_t sent_bytes_ = 0;
};

}  // namespace hf::on_linux
