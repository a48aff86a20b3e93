// Kinds against a made-up sysfs; routes and carrier in a network namespace of the test's own, where
// we may make one.
#include "platform/linux/network.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include <cstdio>

#include "platform/linux/clock.h"
#include "platform/linux/event_loop.h"
#include "tests/support/empty_network.h"
#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

TEST_GROUP(NetworkKinds) {
  test::TemporaryFolder folder;

  hal::LinkKind kind_of(const char* name) {
    const Descriptor interfaces{::open(folder.path().c_str(), O_RDONLY | O_CLOEXEC)};
    return kind_of_interface(interfaces.number(), name);
  }
};

TEST(NetworkKinds, come_from_what_the_kernel_says) {
  folder.write("uplink0/uevent", "DEVTYPE=wwan\nINTERFACE=uplink0\n");
  folder.write("uplink1/uevent", "DEVTYPE=wlan\n");
  folder.write("uplink2/wireless/status", "0x0\n");
  folder.write("uplink3/type", "512\n");  // PPP
  folder.write("uplink4/type", "519\n");  // raw IP, as modems in QMI mode
  CHECK(kind_of("uplink0") == hal::LinkKind::cellular);
  CHECK(kind_of("uplink1") == hal::LinkKind::wifi);
  CHECK(kind_of("uplink2") == hal::LinkKind::wifi);
  CHECK(kind_of("uplink3") == hal::LinkKind::cellular);
  CHECK(kind_of("uplink4") == hal::LinkKind::cellular);
}

TEST(NetworkKinds, else_from_the_name) {
  CHECK(kind_of("eth0") == hal::LinkKind::wired);
  CHECK(kind_of("enp3s0") == hal::LinkKind::wired);
  CHECK(kind_of("wlan0") == hal::LinkKind::wifi);
  CHECK(kind_of("wwan0") == hal::LinkKind::cellular);
  CHECK(kind_of("ppp0") == hal::LinkKind::cellular);
  CHECK(kind_of("tun0") == hal::LinkKind::unknown);
}

TEST(NetworkKinds, decide_the_cost_where_it_is_plain) {
  CHECK(cost_of(hal::LinkKind::wired) == hal::LinkCost::free);
  CHECK(cost_of(hal::LinkKind::cellular) == hal::LinkCost::metered);
  CHECK(cost_of(hal::LinkKind::wifi) == hal::LinkCost::unknown);
}

TEST_GROUP(NetworkByNetlink) {
  test::TemporaryFolder folder;
  test::EmptyNetwork kernel;

  // Waits for news as the service does.
  bool comes_to(Network & network, hal::Carrier carrier) {
    EventLoop loop;
    CHECK(is_ok(loop.watch(network.descriptor(), Readiness::readable,
                           callback<&Network::notice>(network))));
    const Uptime end = boot_clock_now() + seconds(30);  // on a busy machine
    while (network.state().carrier != carrier) {
      if (loop.wait_until(end) == Woken::deadline) return false;
    }
    return true;
  }
  bool is_shown() {
    if (kernel.made()) return true;
    std::puts("network_test: carrier and routes not shown: making a namespace takes root");
    return false;
  }
};

TEST(NetworkByNetlink, without_a_default_route_everything_is_unknown) {
  if (!is_shown()) return;
  const Network network{folder.path().c_str()};
  CHECK(network.state().carrier == hal::Carrier::unknown);
  CHECK(network.state().interface.empty());
  UNSIGNED_LONGS_EQUAL(0, network.state().changes);
}

TEST(NetworkByNetlink, the_default_route_is_found_when_it_comes_and_kept_when_it_goes) {
  if (!is_shown()) return;
  Network network{folder.path().c_str()};
  CHECK(kernel.set_up(true));
  CHECK(kernel.add_default_route());
  CHECK(comes_to(network, hal::Carrier::up));
  CHECK(network.state().interface.view() == "lo");
  const std::uint32_t changes = network.state().changes;
  CHECK(changes >= 1);

  CHECK(kernel.set_up(false));  // takes the route with it
  CHECK(comes_to(network, hal::Carrier::down));
  CHECK(network.state().interface.view() == "lo");
  CHECK(network.state().changes > changes);
}

TEST(NetworkByNetlink, what_was_there_before_us_is_seen_at_once) {
  if (!is_shown()) return;
  CHECK(kernel.set_up(true));
  CHECK(kernel.add_default_route());
  const Network network{folder.path().c_str()};
  CHECK(network.state().carrier == hal::Carrier::up);
  CHECK(network.state().interface.view() == "lo");
}
