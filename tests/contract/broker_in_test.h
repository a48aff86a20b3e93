// The broker that a link under test connects to, with the hands to make it behave badly. A hand
// that a platform's broker has not returns false.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "hal/link.h"

namespace hf::contract {

class BrokerInTest {
 public:
  virtual hal::LinkAddress address() = 0;

  // All messages so far, oldest first: the topic, a space, the payload.
  virtual std::vector<std::string> received() = 0;

  // To whoever subscribed.
  virtual bool send(std::string_view /*topic*/, std::string_view /*payload*/) { return false; }
  virtual bool send_everything_twice() { return false; }

  virtual bool acknowledge_nothing() { return false; }
  virtual bool refuse_publishes(hal::LinkReason /*reason*/) { return false; }
  virtual bool refuse_connections(hal::LinkReason /*reason*/) { return false; }
  // At the next connection; 0: no limit.
  virtual bool announce(std::uint16_t /*receive_max*/, std::uint32_t /*packet_bytes_max*/) {
    return false;
  }
  virtual bool close_connections() { return false; }
  // Nothing passes any more, in either direction, and nobody is told.
  virtual bool fall_silent() { return false; }

 protected:
  ~BrokerInTest() = default;
};

}  // namespace hf::contract
