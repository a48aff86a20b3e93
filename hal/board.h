// A board: everything the gateway asks of the machine it runs on, as plain named parts.
//
// Each platform builds one of these out of objects of its own, in one file; the gateway gets it
// once and never learns which platform it is. Porting to a new board is answering these interfaces
// and passing tests/contract/.
#pragma once

#include "hal/clock.h"
#include "hal/entropy.h"
#include "hal/flash.h"
#include "hal/keys.h"
#include "hal/link.h"
#include "hal/log.h"
#include "hal/network.h"
#include "hal/power.h"
#include "hal/processes.h"
#include "hal/sensors.h"
#include "hal/slots.h"
#include "hal/watchdog.h"

namespace hf::hal {

struct Board {
  Clock& clock;
  Flash& flash;
  Link& link;
  Sensors& sensors;
  Watchdog& watchdog;
  Power& power;
  Entropy& entropy;
  Keys& keys;
  Network& network;
  Processes& processes;
  Slots& slots;
  Log& log;
};

}  // namespace hf::hal
