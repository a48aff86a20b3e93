// Which broker the gateway sends to, and how: as the command line or a settings file says it.
//
// Plain values, checked where they enter: whoever holds one may use it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "flows/uplink/settings.h"
#include "hal/link.h"
#include "hal/network.h"
#include "stores/traffic/traffic.h"

namespace hf::program {

struct BrokerOptions {
  flows::UplinkSettings uplink;  // an empty host: the gateway does not send
  std::string password_file;     // its first line
  std::string certificate_file;  // PEM, ours; empty: none
  std::string key_file;          // PEM, of that certificate
  std::string ca;                // a PEM file or a folder of them; empty: the system's
  hal::LinkCost cost = hal::LinkCost::unknown;  // unknown: as the kernel says
  stores::DataPlan plan;

  bool is_wanted() const { return !uplink.host.empty(); }
};

// `mqtt://`, `mqtts://`, `ws://`, `wss://` or `auto://`, a name or an address, perhaps a port.
// True: host, port and transport of `settings` are set. False: `problem` says what is wrong with
// `text` and what would be right.
bool read_broker_address(std::string_view text, flows::UplinkSettings& settings,
                         std::string& problem);

}  // namespace hf::program
