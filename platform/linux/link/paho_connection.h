// One connection by Paho's async client: tries once, lives once. All of Paho is in its .cpp.
//
// What happens comes as notes in the mailbox, put there by Paho's threads; a note carries the
// attempt's number. One thread calls. Nothing throws.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "hal/link.h"
#include "platform/linux/link/link_mailbox.h"

namespace hf::link_role {

struct PahoOptions {
  std::uint32_t attempt = 0;
  std::uint32_t connection = 0;  // counts clients, several of which may be tried in an attempt
  int mqtt_version = 5;          // or 4, which is 3.1.1
  hal::Transport transport = hal::Transport::tls;
  std::string host;
  std::uint16_t port = 0;
  std::string client_id;
  std::string user;
  std::string password;
  std::uint16_t keep_alive_s = 0;
  std::uint32_t session_expiry_s = 0;
  std::string will_topic;  // empty: no will
  std::string will_payload;
  std::string ca_file;
  std::string ca_folder;
  std::string certificate_file;  // ours; empty: none
  std::string private_key_file;
};

struct PahoPublish {
  std::uint32_t token = 0;
  bool is_retained = false;
  bool is_at_least_once = true;
  std::uint32_t expires_s = 0;
  std::string topic;
  std::string payload;
};

class PahoConnection {
 public:
  // Begins to connect; a `connected` or `refused` note follows.
  PahoConnection(LinkMailbox& mailbox, const PahoOptions& options);
  // Says goodbye if it can. No note of this attempt comes after it.
  ~PahoConnection();
  PahoConnection(const PahoConnection&) = delete;
  PahoConnection& operator=(const PahoConnection&) = delete;

  // True: `acknowledged`, `failed` or `lost` follows. False: Paho has one that it has not sent yet,
  // and this one was not taken [docs/decisions/0039].
  bool publish(const PahoPublish& message);

  // `subscribed` follows; also when the broker refused, so that nobody waits for ever.
  void subscribe(const std::string& filter);

 private:
  class Client;
  std::unique_ptr<Client> client_;
};

}  // namespace hf::link_role
