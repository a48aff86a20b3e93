// The keys of fleet owners whose packages of rules are taken: CONFIG/model-keys/NAME.pem, Ed25519.
#pragma once

#include <string>
#include <string_view>

#include "stores/models/package.h"

namespace hf::program {

// Those that can be read; what cannot is told on stderr and left out.
stores::ModelKeys read_model_keys(const std::string& config);

// A public key as `openssl pkey -pubout` writes it. False: it is none.
bool read_public_key(std::string_view pem, files::PublicKey& key);

}  // namespace hf::program
