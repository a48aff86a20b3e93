// What Paho's threads noticed, until the role's thread takes it: bounded, and nobody waits.
//
// Notes that end a request of ours are always taken: there are no more of them than requests.
// Messages from the broker are not ours to bound, so beyond kMessagesMax or kMessageBytesMax they
// are dropped and counted; waiting instead would hold Paho's mutex, and with it every
// acknowledgement and ping.
#pragma once

#include <cstdint>
#include <deque>
#include <mutex>
#include <string>

#include "hal/link.h"

namespace hf::link_role {

enum class NoteKind : std::uint8_t {
  connected,
  refused,  // an attempt that failed
  lost,     // a connection that ended
  acknowledged,
  failed,
  message,
  subscribed,
};

struct Note {
  NoteKind kind = NoteKind::lost;
  std::uint32_t attempt = 0;
  std::uint32_t connection = 0;  // which client of Paho's says so
  std::uint32_t token = 0;
  hal::LinkReason reason = hal::LinkReason::none;
  bool refuses_version = false;  // refused: another version of MQTT may be welcome
  bool is_silent_end = false;    // refused: closed without a word after our CONNECT
  bool session_present = false;
  std::uint32_t packet_bytes_max = 0;
  std::uint16_t keep_alive_s = 0;  // connected: that the broker wants; 0: as we asked
  std::uint16_t receive_max = 0;
  std::uint8_t mqtt_version = 0;
  std::string text;  // topic, filter
  std::string payload;
};

class LinkMailbox {
 public:
  static constexpr std::size_t kMessagesMax = 64;
  static constexpr std::size_t kMessageBytesMax = 256 * 1024;

  LinkMailbox();
  ~LinkMailbox();
  LinkMailbox(const LinkMailbox&) = delete;
  LinkMailbox& operator=(const LinkMailbox&) = delete;

  // Any thread.
  void put(Note note);
  void count_lost_message();

  // The role's thread. False: empty.
  bool take(Note& note);
  std::uint32_t take_lost_count();
  // Readable while there are notes.
  int descriptor() const { return bell_; }

 private:
  void ring();

  int bell_;
  std::mutex mutex_;
  std::deque<Note> notes_;
  std::size_t message_count_ = 0;
  std::size_t message_bytes_ = 0;
  std::uint32_t lost_count_ = 0;
};

}  // namespace hf::link_role
