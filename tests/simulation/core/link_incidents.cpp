#include "tests/simulation/core/link_incidents.h"

#include "tests/simulation/core/world.h"

namespace hf::simulation {
namespace {

constexpr hal::RoleInstance kLinkRole{hal::Role::link};
constexpr std::int32_t kKillSignal = 9;

template <typename Change>
void change_broker(World& world, Change change) {
  sim::BrokerManners manners = world.board.broker.manners();
  change(manners);
  world.board.broker.set_manners(manners);
}

}  // namespace

void lose_carrier(World& world) { world.change_carrier(-1); }
void find_carrier(World& world) { world.change_carrier(1); }

void flap_carrier(World& world) {
  Duration after = seconds(1);
  while (after < minutes(2)) {
    world.board.agenda.after(after, [&world] { world.change_carrier(-1); });
    after = after + milliseconds(world.random.between(100, 3000));
    world.board.agenda.after(after, [&world] { world.change_carrier(1); });
    after = after + milliseconds(world.random.between(100, 5000));
  }
}

void silence_path(World& world) { world.board.path.set_silent(true); }
void end_path_silence(World& world) { world.board.path.set_silent(false); }
void half_open_path(World& world) { world.board.path.half_open(); }

void slow_path(World& world) {
  sim::PathModel model = sim::k2gPath;
  model.loss_percent = static_cast<std::uint32_t>(world.random.below(6));
  world.board.path.set_model(model);
}
void mend_path(World& world) { world.board.path.set_model(sim::kGoodPath); }
void reset_connection(World& world) { world.board.link.reset_connection(); }

void make_broker_nasty(World& world) {
  change_broker(world, [](sim::BrokerManners& manners) {
    const sim::BrokerManners before = manners;
    manners = sim::kNastyBroker;
    manners.refuses_connections = before.refuses_connections;
    manners.refuses_publishes = before.refuses_publishes;
  });
}
void make_broker_strict(World& world) {
  change_broker(world, [](sim::BrokerManners& manners) {
    const sim::BrokerManners before = manners;
    manners = sim::kStrictBroker;
    manners.refuses_connections = before.refuses_connections;
    manners.refuses_publishes = before.refuses_publishes;
  });
}

void restart_broker(World& world) { world.board.broker.restart(world.random.chance(1, 2)); }

void refuse_connections(World& world) {
  constexpr hal::LinkReason kReasons[] = {
      hal::LinkReason::server_busy, hal::LinkReason::not_authorised, hal::LinkReason::unreachable};
  const hal::LinkReason reason = kReasons[world.random.below(std::size(kReasons))];
  change_broker(world, [=](sim::BrokerManners& manners) { manners.refuses_connections = reason; });
  world.board.broker.restart(true);
}
void accept_connections(World& world) {
  change_broker(world, [](sim::BrokerManners& manners) {
    manners.refuses_connections = hal::LinkReason::none;
  });
}

void refuse_publishes(World& world) {
  change_broker(world, [](sim::BrokerManners& manners) {
    manners.refuses_publishes = hal::LinkReason::quota_exceeded;
  });
}
void accept_publishes(World& world) {
  change_broker(world, [](sim::BrokerManners& manners) {
    manners.refuses_publishes = hal::LinkReason::none;
  });
}

void limit_packets(World& world) {
  const auto bytes = static_cast<std::uint32_t>(world.random.between(2048, 16'384));
  change_broker(world, [=](sim::BrokerManners& manners) { manners.packet_bytes_max = bytes; });
  world.board.broker.restart(true);
}
void unlimit_packets(World& world) {
  change_broker(world, [](sim::BrokerManners& manners) { manners.packet_bytes_max = 0; });
}

void send_hub_away(World& world) { world.hub.leave(world.random.chance(2, 3)); }
void kill_hub(World& world) { world.hub.kill(world.random.chance(2, 3)); }
void call_hub_back(World& world) {
  world.hub.come_back();
  world.desk.began_again();
}

void make_hub_forgetful(World& world) {
  world.hub.set_manners(
      {.loses_frames_percent = 2, .loses_receipts_percent = 20, .repeats_receipts_percent = 20});
}
void make_hub_careful(World& world) { world.hub.set_manners({}); }

void kill_link(World& world) {
  static_cast<void>(world.board.processes.kill(kLinkRole, kKillSignal));
}

}  // namespace hf::simulation
