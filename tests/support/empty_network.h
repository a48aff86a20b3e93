// A network of this thread's own while it lives: one loopback interface, down, and no routes. Takes
// root.
#pragma once

#include "platform/linux/descriptor.h"

namespace hf::test {

class EmptyNetwork {
 public:
  EmptyNetwork();
  ~EmptyNetwork();
  EmptyNetwork(const EmptyNetwork&) = delete;
  EmptyNetwork& operator=(const EmptyNetwork&) = delete;

  // False: we may not make one, and see the network of the machine.
  bool made() const { return made_; }

  // The interface `lo`. Going down takes its routes away. False: refused.
  bool set_up(bool up) const;
  bool add_default_route() const;

 private:
  on_linux::Descriptor before_;
  on_linux::Descriptor socket_;
  bool made_ = false;
};

}  // namespace hf::test
