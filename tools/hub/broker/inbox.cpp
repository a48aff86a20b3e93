#include "tools/hub/broker/inbox.h"

namespace hf::hub {
namespace {

std::size_t bytes_of(const Message& message) {
  return message.topic.size() + message.payload.size() + sizeof(Message);
}

}  // namespace

void Inbox::put(Message message) {
  std::unique_lock lock(mutex_);
  if (!emptied_.wait_for(lock, kHoldMost, [this] { return bytes_ < kBytesMax; })) {
    ++dropped_;
    return;
  }
  bytes_ += bytes_of(message);
  messages_.push_back(std::move(message));
  filled_.notify_one();
}

std::deque<Message> Inbox::take(std::chrono::milliseconds wait, std::size_t bytes_max) {
  std::deque<Message> taken;
  std::unique_lock lock(mutex_);
  filled_.wait_for(lock, wait, [this] { return !messages_.empty(); });
  std::size_t bytes = 0;
  while (!messages_.empty() && bytes < bytes_max) {
    bytes += bytes_of(messages_.front());
    taken.push_back(std::move(messages_.front()));
    messages_.pop_front();
  }
  bytes_ -= bytes;
  emptied_.notify_all();
  return taken;
}

std::size_t Inbox::bytes() const {
  const std::lock_guard lock(mutex_);
  return bytes_;
}

}  // namespace hf::hub
