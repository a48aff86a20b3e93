// The address of the broker's name, found in a thread that may hang, within a deadline of ours.
//
// getaddrinfo() can block for minutes, and Paho calls it inside its own mutex. So names are
// resolved here first, and this program has a getaddrinfo() of its own (resolver.cpp) that answers
// Paho from what was found. Paho still connects to the name: certificates are checked against it.
//
// The last good answer is kept: it is used when nobody answers any more, and at once while an
// earlier question is still hanging. Several addresses are used in turn.
#pragma once

#include <memory>
#include <string>

#include "vocabulary/time.h"

namespace hf::link_role {

enum class Resolving : std::uint8_t { pending, found, failed };

class Resolver {
 public:
  // `bell`: an eventfd that is rung when an answer has come.
  explicit Resolver(int bell);
  ~Resolver();

  // Begins to look for the addresses of a name; a numeric address is found at once.
  void ask(const std::string& host, Uptime deadline);

  // found: connecting to the host asked for will use one of its addresses, the next one each time.
  Resolving look(Uptime now);

 private:
  struct Question;

  int bell_;
  std::string host_;
  Uptime deadline_;
  std::shared_ptr<Question> question_;  // shared with the thread, which may outlive us
};

}  // namespace hf::link_role
