// The board as the core sees it in a simulation: every call that leaves the core is the world's, so
// what the world allocates in it does not count against the core.
#pragma once

#include "hal/board.h"
#include "lifecycle/heap_seal/heap_seal.h"
#include "tests/simulation/core/outside_flash.h"

namespace hf::simulation {

class LinkOutside final : public hal::Link {
 public:
  explicit LinkOutside(hal::Link& link) : link_(link) {}

  Status connect(const hal::ConnectRequest& request) override {
    const heap_seal::Watching world(false);
    return link_.connect(request);
  }
  Status disconnect() override {
    const heap_seal::Watching world(false);
    return link_.disconnect();
  }
  Status publish(const hal::Message& message, hal::PublishToken token) override {
    const heap_seal::Watching world(false);
    return link_.publish(message, token);
  }
  Status subscribe(std::string_view topic_filter) override {
    const heap_seal::Watching world(false);
    return link_.subscribe(topic_filter);
  }
  bool next_event(hal::LinkEvent& event) override {
    const heap_seal::Watching world(false);
    return link_.next_event(event);
  }
  std::uint16_t in_flight_max() const override { return link_.in_flight_max(); }

 private:
  hal::Link& link_;
};

class LogOutside final : public hal::Log {
 public:
  explicit LogOutside(hal::Log& log) : log_(log) {}

  void write(hal::LogLevel level, std::string_view code, std::string_view fields) override {
    const heap_seal::Watching world(false);
    log_.write(level, code, fields);
  }

 private:
  hal::Log& log_;
};

class ProcessesOutside final : public hal::Processes {
 public:
  explicit ProcessesOutside(hal::Processes& processes) : processes_(processes) {}

  Status start(hal::RoleInstance who, std::uint64_t memory_bytes_max) override {
    const heap_seal::Watching world(false);
    return processes_.start(who, memory_bytes_max);
  }
  Status stop(hal::RoleInstance who, Duration grace) override {
    const heap_seal::Watching world(false);
    return processes_.stop(who, grace);
  }
  bool next_exit(hal::RoleExit& exit) override {
    const heap_seal::Watching world(false);
    return processes_.next_exit(exit);
  }
  Result<hal::RoleUsage> usage(hal::RoleInstance who) const override {
    return processes_.usage(who);
  }

 private:
  hal::Processes& processes_;
};

class WatchdogOutside final : public hal::Watchdog {
 public:
  explicit WatchdogOutside(hal::Watchdog& watchdog) : watchdog_(watchdog) {}

  Result<Duration> start(Duration period) override {
    const heap_seal::Watching world(false);
    return watchdog_.start(period);
  }
  void feed() override {
    const heap_seal::Watching world(false);
    watchdog_.feed();
  }
  Status stop() override { return watchdog_.stop(); }
  hal::ResetCause last_reset() const override { return watchdog_.last_reset(); }

 private:
  hal::Watchdog& watchdog_;
};

class Outside {
 public:
  explicit Outside(const hal::Board& world)
      : flash_(world.flash),
        link_(world.link),
        log_(world.log),
        processes_(world.processes),
        watchdog_(world.watchdog),
        board_{.clock = world.clock,
               .flash = flash_,
               .link = link_,
               .sensors = world.sensors,
               .watchdog = watchdog_,
               .power = world.power,
               .entropy = world.entropy,
               .keys = world.keys,
               .network = world.network,
               .processes = processes_,
               .slots = world.slots,
               .log = log_} {}
  Outside(const Outside&) = delete;
  Outside& operator=(const Outside&) = delete;

  hal::Board& board() { return board_; }

 private:
  FlashOutside flash_;
  LinkOutside link_;
  LogOutside log_;
  ProcessesOutside processes_;
  WatchdogOutside watchdog_;
  hal::Board board_;
};

}  // namespace hf::simulation
