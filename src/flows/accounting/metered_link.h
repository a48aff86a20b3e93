// A link that enters every byte in the books: all that the uplink asks and hears passes here.
//
// Cost: an estimate a message. Everything else is the link's (hal/link.h). Never allocates.
#pragma once

#include "flows/accounting/overhead.h"
#include "hal/clock.h"
#include "hal/link.h"
#include "stores/traffic/traffic.h"

namespace hf::flows {

class MeteredLink final : public hal::Link {
 public:
  // A cellular radio goes to sleep after so long without traffic; waking it costs time and charge.
  static constexpr Duration kRadioAwake = seconds(10);

  // REQUIRES: all outlive this.
  MeteredLink(hal::Link& link, stores::Traffic& traffic, const hal::Clock& clock)
      : link_(link), traffic_(traffic), clock_(clock) {}

  Status connect(const hal::ConnectRequest& request) override;
  Status disconnect() override;
  Status publish(const hal::Message& message, hal::PublishToken token) override;
  Status subscribe(std::string_view topic_filter) override;
  bool next_event(hal::LinkEvent& event) override;
  std::uint16_t in_flight_max() const override { return link_.in_flight_max(); }

  // While nothing else is sent, the connection is kept alive: enters that too. Once a second.
  void note_silence(Uptime now);

 private:
  void enter(std::size_t line, std::uint64_t data_up, std::uint64_t data_down,
             stores::TrafficLine entry);
  void enter_connection(bool came_about);
  void enter_message(const hal::LinkEvent& event);

  hal::Link& link_;
  stores::Traffic& traffic_;
  const hal::Clock& clock_;
  hal::Transport transport_ = hal::Transport::tls;
  Duration keep_alive_;
  std::uint64_t connect_bytes_ = 0;  // of the request: names and last will
  bool is_connected_ = false;
  bool has_tls_session_ = false;  // of an earlier connection
  Uptime active_at_{INT64_MIN / 2};
};

}  // namespace hf::flows
