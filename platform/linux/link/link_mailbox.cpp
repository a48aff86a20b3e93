#include "platform/linux/link/link_mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <utility>

#include "vocabulary/assertion.h"

namespace hf::link_role {

LinkMailbox::LinkMailbox() : bell_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  HF_ASSERT(bell_ >= 0);
}

LinkMailbox::~LinkMailbox() { ::close(bell_); }

void LinkMailbox::ring() {
  const std::uint64_t one = 1;
  static_cast<void>(::write(bell_, &one, sizeof one) == sizeof one);
}

void LinkMailbox::put(Note note) {
  const std::lock_guard guard{mutex_};
  if (note.kind == NoteKind::message) {
    const bool has_room =
        message_count_ < kMessagesMax && message_bytes_ + note.payload.size() <= kMessageBytesMax;
    if (!has_room) {
      ++lost_count_;
      return;
    }
    ++message_count_;
    message_bytes_ += note.payload.size();
  }
  notes_.push_back(std::move(note));
  ring();
}

void LinkMailbox::count_lost_message() {
  const std::lock_guard guard{mutex_};
  ++lost_count_;
}

bool LinkMailbox::take(Note& note) {
  const std::lock_guard guard{mutex_};
  if (notes_.empty()) {
    std::uint64_t rings = 0;
    static_cast<void>(::read(bell_, &rings, sizeof rings) == sizeof rings);
    return false;
  }
  note = std::move(notes_.front());
  notes_.pop_front();
  if (note.kind == NoteKind::message) {
    --message_count_;
    message_bytes_ -= note.payload.size();
  }
  return true;
}

std::uint32_t LinkMailbox::take_lost_count() {
  const std::lock_guard guard{mutex_};
  return std::exchange(lost_count_, 0);
}

}  // namespace hf::link_role
