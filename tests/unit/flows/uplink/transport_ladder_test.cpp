#include "flows/uplink/transport_ladder.h"

#include <CppUTest/TestHarness.h>

using namespace hf;
using namespace hf::flows;
using namespace hf::flows::uplink;
using hal::LinkReason;
using hal::Transport;

TEST_GROUP(Ladder) {
  UplinkSettings settings;
  TransportLadder ladder{settings};
  Uptime now{1000};

  void use() {
    settings.host.assign("broker");
    ladder.set(settings);
  }
  void check_way(Transport transport, std::uint16_t port) {
    const hal::LinkAddress address = ladder.address(now);
    CHECK(address.transport == transport);
    LONGS_EQUAL(port, address.port);
  }
  void fail(int times, LinkReason reason = LinkReason::unreachable) {
    for (int i = 0; i < times; ++i) ladder.note_attempt_failed(reason, now);
  }
  void die_young(int times) {
    for (int i = 0; i < times; ++i) {
      ladder.note_connected(now);
      ladder.note_connection_ended(seconds(29), now);
    }
  }
};

TEST(Ladder, a_blocked_port_leads_to_the_web_and_back_by_turns) {
  use();
  check_way(Transport::tls, 8883);
  fail(2);
  check_way(Transport::tls, 8883);
  fail(1);
  check_way(Transport::secure_websocket, 443);
  fail(3);
  check_way(Transport::tls, 8883);
}

TEST(Ladder, without_tls_it_is_the_same_with_tcp_and_ws) {
  settings.without_tls = true;
  use();
  check_way(Transport::tcp, 1883);
  fail(3);
  check_way(Transport::websocket, 80);
}

TEST(Ladder, a_port_that_was_set_is_the_brokers_own_and_not_the_webs) {
  settings.port = 18'830;
  use();
  check_way(Transport::tls, 18'830);
  fail(3);
  check_way(Transport::secure_websocket, 443);
}

TEST(Ladder, the_web_has_a_port_of_its_own_also_in_bursts) {
  settings.port = 18'830;
  settings.web_port = 9001;
  use();
  fail(3);
  check_way(Transport::secure_websocket, 9001);
  die_young(5);
  check_way(Transport::secure_websocket, 9001);
  CHECK(ladder.is_bursting());
}

TEST(Ladder, what_was_chosen_is_not_left) {
  settings.transport = TransportChoice::websocket;
  settings.port = 9001;
  use();
  fail(20);
  die_young(20);
  check_way(Transport::websocket, 9001);
}

TEST(Ladder, what_is_nobodys_way_moves_nothing) {
  use();
  for (const auto reason :
       {LinkReason::no_carrier, LinkReason::no_address, LinkReason::not_authorised,
        LinkReason::server_busy, LinkReason::quota_exceeded, LinkReason::link_restarted}) {
    fail(10, reason);
    check_way(Transport::tls, 8883);
  }
}

TEST(Ladder, connections_that_die_young_on_both_ways_lead_to_bursts_by_the_last_of_them) {
  use();
  die_young(5);
  CHECK(ladder.rung() == Rung::web);
  die_young(4);
  CHECK(ladder.rung() == Rung::web);
  die_young(1);
  CHECK(ladder.is_bursting());
  check_way(Transport::secure_websocket, 443);
  die_young(50);
  CHECK(ladder.is_bursting());
}

TEST(Ladder, one_that_lived_forgives_those_before) {
  use();
  die_young(4);
  ladder.note_connected(now);
  ladder.note_connection_ended(seconds(30), now);
  die_young(4);
  CHECK(ladder.rung() == Rung::direct);
}

TEST(Ladder, how_soon_it_looks_again_is_a_setting_and_bursts_look_too) {
  settings.look_again = minutes(10);
  use();
  die_young(10);
  CHECK(ladder.is_bursting());
  now = now + minutes(10) - milliseconds(1);
  check_way(Transport::secure_websocket, 443);
  now = now + milliseconds(1);
  check_way(Transport::tls, 8883);
  CHECK_FALSE(ladder.is_bursting());
}

TEST(Ladder, after_an_hour_and_after_a_change_of_network_it_begins_at_the_top) {
  use();
  fail(3);
  now = now + hours(1) - milliseconds(1);
  check_way(Transport::secure_websocket, 443);
  now = now + milliseconds(1);
  check_way(Transport::tls, 8883);
  fail(3);
  ladder.note_network_changed();
  check_way(Transport::tls, 8883);
}
