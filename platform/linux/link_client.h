// hal::Link by the link role (platform/linux/link): the core's side of it.
//
// The role talks to the network and may hang, leak or die; what hal/link.h promises is kept here.
//   1. Deadlines run on the core's clock. A publish without an acknowledgement and an attempt
//      without an answer end here, whatever the role does.
//   2. When the role ends, all that was outstanding ends in one `disconnected`, link_restarted.
//   3. The role gets no file of ours: secrets go to it over the channel, at each connect.
//
// A publish is `busy` also when kInFlightBytesMax are outstanding, so that what the role and the
// kernel hold for us has a bound in bytes; one message is always taken.
//
// The loop wakes once when something came; next_event() is then called until it says false.
// Never blocks. Allocates at construction only. One thread.
#pragma once

#include "config/limits/limits.h"
#include "hal/clock.h"
#include "hal/keys.h"
#include "hal/link.h"
#include "hal/network.h"
#include "platform/linux/link_channel.h"
#include "vocabulary/fixed_vector.h"

namespace hf::on_linux {

struct LinkOptions {
  FixedString<wire::kLinkTextBytesMax> ca_file;    // PEM; empty: none
  FixedString<wire::kLinkTextBytesMax> ca_folder;  // hashed, as /etc/ssl/certs; empty: none
  std::uint16_t identity = 0;  // which link_private_key and link_certificate, which link_password
};

class LinkClient final : public hal::Link {
 public:
  static constexpr std::uint16_t kInFlightMax = 10;
  static constexpr std::size_t kInFlightBytesMax = 2 * limits::kBoard.frame_bytes_max;

  // REQUIRES: all references outlive this.
  LinkClient(EventLoop& loop, Processes& processes, hal::Keys& keys, const hal::Clock& clock,
             const hal::Network& network, const LinkOptions& options);

  Status connect(const hal::ConnectRequest& request) override;
  Status disconnect() override;
  Status publish(const hal::Message& message, hal::PublishToken token) override;
  Status subscribe(std::string_view topic_filter) override;
  bool next_event(hal::LinkEvent& event) override;
  std::uint16_t in_flight_max() const override;

  // Once a second.
  void attend() { channel_.attend(); }

  const LinkCounters& counters() const { return channel_.counters(); }

 private:
  enum class Phase : std::uint8_t { offline, connecting, online };
  struct Outstanding {
    hal::PublishToken token;
    Uptime deadline;
    std::size_t bytes = 0;
  };
  static constexpr std::size_t kEndsMax = 4;

  bool put_secrets(const hal::ConnectRequest& request);
  bool put_secret(wire::LinkSecret secret, hal::SecretKind kind, bool is_wanted);
  Status put_connect(const hal::ConnectRequest& request);

  bool take(const wire::LinkReport& report, hal::LinkEvent& event);
  bool take_outcome(const wire::LinkReport& report, hal::LinkEvent& event);
  bool take_end(hal::LinkEvent& event);
  void notice_loss();
  void check_deadlines();
  void end(hal::LinkReason reason);
  void go_offline();

  hal::Keys& keys_;
  const hal::Clock& clock_;
  const hal::Network& network_;
  LinkOptions options_;
  LinkChannel channel_;

  Phase phase_ = Phase::offline;
  std::uint32_t attempt_ = 0;
  Uptime connect_deadline_;
  std::uint32_t packet_bytes_max_ = 0;
  std::uint16_t receive_max_ = 0;
  FixedVector<Outstanding, kInFlightMax> outstanding_;
  std::size_t outstanding_bytes_ = 0;
  FixedVector<hal::LinkReason, kEndsMax> ends_;  // found here; each a `disconnected` to be told
};

}  // namespace hf::on_linux
