// Secrets that a person hands over as files, put where the gateway keeps its own.
#pragma once

#include <string>

#include "hal/keys.h"
#include "platform/linux/program/broker_options.h"

namespace hf::program {

// The password, the certificate and its key, as far as `options` name files of them; what is there
// already in the same words is not written again. True. False: `problem` names the file and says
// what is wrong with it.
bool store_secrets(const BrokerOptions& options, hal::Keys& keys, std::string& problem);

}  // namespace hf::program
