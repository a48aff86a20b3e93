// Which broker the gateway sends to, and how: as the command line or a settings file says it.
//
// Plain values, checked where they enter: whoever holds one may use it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "hal/link.h"
#include "hal/network.h"

namespace hf::program {

enum class Receipts : std::uint8_t {
  hub,     // a frame leaves flash when the hub has stored it
  broker,  // when the broker has taken it: for people without a hub; a broker that loses is a loss
};

enum class Profile : std::uint8_t {
  frames,  // about a byte a reading; needs the hub, or a decoder
  json,    // readable by anything behind the broker; about forty times as much
};

struct BrokerOptions {
  hal::LinkAddress address;  // an empty host: the gateway does not send
  std::string tenant = "default";
  std::string user;
  std::string password_file;     // its first line
  std::string certificate_file;  // PEM, ours; empty: none
  std::string key_file;          // PEM, of that certificate
  std::string ca;                // a PEM file or a folder of them; empty: the system's
  Receipts receipts = Receipts::hub;
  Profile profile = Profile::frames;
  hal::LinkCost cost = hal::LinkCost::unknown;  // unknown: as the kernel says

  bool is_wanted() const { return !address.host.empty(); }
};

// `mqtt://`, `mqtts://`, `ws://` or `wss://`, a name or an address, perhaps a port. True: `address`
// is set. False: `problem` says what is wrong with `text` and what would be right.
bool read_broker_address(std::string_view text, hal::LinkAddress& address, std::string& problem);

}  // namespace hf::program
