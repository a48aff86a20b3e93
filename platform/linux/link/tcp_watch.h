// What the kernel knows of the role's one TCP connection, which Paho does not show.
#pragma once

#include "vocabulary/time.h"

namespace hf::link_role {

// Packets that nobody confirms for so long end the connection: the path is dead.
inline constexpr Duration kUnconfirmedMax = seconds(25);

class TcpWatch {
 public:
  // Finds the connection among our descriptors: the only one that goes anywhere but to the core.
  void begin();
  void end() { socket_ = -1; }

  // How long nothing has come. Zero: something did, or nothing can be said.
  Duration silence() const;

  // Whether more could be written at once, to a peer that has not closed its side. True also when
  // nothing can be said.
  bool has_room() const;

 private:
  int socket_ = -1;  // Paho's
};

}  // namespace hf::link_role
