// hal::Link for a board without a way up: says so, and nothing ever happens.
#pragma once

#include "hal/link.h"

namespace hf::on_linux {

class NoLink final : public hal::Link {
 public:
  Status connect(const hal::ConnectRequest&) override { return Status::unavailable; }
  Status disconnect() override { return Status::stale; }
  Status publish(const hal::Message&, hal::PublishToken) override { return Status::stale; }
  Status subscribe(std::string_view) override { return Status::stale; }
  bool next_event(hal::LinkEvent&) override { return false; }
  std::uint16_t in_flight_max() const override { return 0; }
};

}  // namespace hf::on_linux
