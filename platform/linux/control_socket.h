// The local control socket: a few clients of this machine, one line asked, one line answered.
//
// It is a file in the state directory; who may open the file may ask, and is told apart by what the
// kernel says of it. A client that sends garbage,
// too long a line, or does not read its answers costs itself its connection or its turn, and nobody
// else anything: each has a buffer of its own, and while its answer waits nothing more is read from
// it. When all places are taken, a new client is told so and let go.
//
// Never allocates after construction. One thread: the loop's.
#pragma once

#include <array>
#include <string_view>

#include "platform/linux/descriptor.h"
#include "platform/linux/event_loop.h"
#include "wire/channel/control_line.h"

namespace hf::on_linux {

// Who asks, as the kernel says (SO_PEERCRED), at the time it connected.
struct Peer {
  std::uint32_t user = UINT32_MAX;
  std::uint32_t group = UINT32_MAX;
  bool is_owner = false;  // root, or the user that we are
};

// Answers one line (without its line break) by one line (without its line break) into `answer`.
struct Answerer {
  std::string_view (*call)(void* object, std::string_view line, std::span<char> answer,
                           const Peer& peer) = nullptr;
  void* object = nullptr;
};

class ControlSocket {
 public:
  static constexpr std::size_t kClientsMax = 4;  // the web role, and three people at once

  ControlSocket(EventLoop& loop, Answerer answerer);
  ~ControlSocket();
  ControlSocket(const ControlSocket&) = delete;
  ControlSocket& operator=(const ControlSocket&) = delete;

  // Takes the place of a socket file that a dead process left. ok.  invalid: the path is longer
  // than the kernel takes.  busy: somebody alive answers there.  unavailable: the directory.
  Status listen(std::string_view path);

  std::uint64_t refused_clients() const { return refused_clients_; }

 private:
  struct Client {
    ControlSocket* owner = nullptr;
    Descriptor socket;
    Peer peer;
    Readiness waits_for = Readiness::readable;
    std::size_t asked = 0;     // bytes of `request` that have come
    std::size_t answered = 0;  // bytes of `answer` that wait to be sent …
    std::size_t sent = 0;      // … and how many of them went
    std::array<char, wire::kControlRequestBytesMax> request;
    std::array<char, wire::kControlAnswerBytesMax> answer;
    void notice() { owner->serve(*this); }
  };

  void accept_clients();
  void serve(Client& client);
  bool read_more(Client& client);
  bool answer_next_line(Client& client);
  bool send_waiting(Client& client);
  void wait_for(Client& client, Readiness readiness);
  void let_go(Client& client);

  EventLoop& loop_;
  Answerer answerer_;
  Descriptor listener_;
  std::array<char, 108> path_{};  // as long as the kernel's own field
  std::array<Client, kClientsMax> clients_;
  std::uint64_t refused_clients_ = 0;
};

}  // namespace hf::on_linux
