// Against a file that a driver of the test's own stands behind, and a real notify socket.
#include "platform/linux/watchdog.h"

#include <CppUTest/TestHarness.h>
#include <linux/watchdog.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>

#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

class FakeDevice final : public WatchdogDevice {
 public:
  using WatchdogDevice::WatchdogDevice;

  bool has_ioctl = true;
  bool can_set_timeout = true;
  bool can_be_stopped = true;
  int seconds_min = 1;
  int seconds_max = 128;
  int boot_status = 0;

 private:
  bool control(unsigned long request, int& value) override {
    if (!has_ioctl) return failed(ENOTTY);
    switch (request) {
      case WDIOC_SETTIMEOUT:
        if (!can_set_timeout) return failed(EOPNOTSUPP);
        value = std::min(seconds_max, std::max(seconds_min, value));
        return true;
      case WDIOC_GETTIMEOUT: value = seconds_max; return true;
      case WDIOC_GETBOOTSTATUS: value = boot_status; return true;
      case WDIOC_SETOPTIONS: return can_be_stopped || failed(EBUSY);
      default: return failed(ENOTTY);
    }
  }
  static bool failed(int error) {
    errno = error;
    return false;
  }
};

}  // namespace

TEST_GROUP(WatchdogOfTheBoard) {
  test::TemporaryFolder folder;
  NotifySocket nobody{nullptr};
  FakeDevice none{"", ""};

  FakeDevice device() {
    folder.write("watchdog", "");
    return FakeDevice{(folder / "watchdog").c_str(), (folder / "sys").c_str()};
  }
  std::string written() { return folder.read("watchdog"); }
};

TEST(WatchdogOfTheBoard, takes_the_period_the_driver_has_taken) {
  FakeDevice fake = device();
  fake.seconds_max = 16;
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.start(seconds(60)).value() == seconds(16));
  CHECK(watchdog.start(seconds(60)).status() == Status::busy);
}

TEST(WatchdogOfTheBoard, rounds_down_so_that_it_never_promises_more_time_than_there_is) {
  FakeDevice fake = device();
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.start(milliseconds(9'999)).value() == seconds(9));
}

TEST(WatchdogOfTheBoard, takes_the_fixed_period_of_a_driver_that_cannot_be_set) {
  FakeDevice fake = device();
  fake.can_set_timeout = false;
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.start(seconds(10)).value() == seconds(128));
}

TEST(WatchdogOfTheBoard, a_feed_is_one_byte_and_never_the_magic_one) {
  FakeDevice fake = device();
  Watchdog watchdog{fake, nobody, false};
  watchdog.feed();
  UNSIGNED_LONGS_EQUAL(0, written().size());  // not started: nothing to feed
  CHECK(watchdog.start(seconds(10)).ok());
  const std::size_t before = written().size();
  watchdog.feed();
  UNSIGNED_LONGS_EQUAL(before + 1, written().size());
  CHECK(written().find('V') == std::string::npos);
}

TEST(WatchdogOfTheBoard, an_orderly_stop_ends_with_the_magic_close) {
  FakeDevice fake = device();
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.stop() == Status::stale);
  CHECK(watchdog.start(seconds(10)).ok());
  CHECK(is_ok(watchdog.stop()));
  LONGS_EQUAL('V', written().back());
  CHECK(watchdog.stop() == Status::stale);
  CHECK(watchdog.start(seconds(10)).ok());
}

TEST(WatchdogOfTheBoard, a_driver_that_must_not_be_stopped_goes_on_being_fed) {
  FakeDevice fake = device();
  fake.can_be_stopped = false;
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.start(seconds(10)).ok());
  CHECK(watchdog.stop() == Status::unsupported);
  CHECK(written().find('V') == std::string::npos);
  const std::size_t before = written().size();
  watchdog.feed();
  UNSIGNED_LONGS_EQUAL(before + 1, written().size());
}

TEST(WatchdogOfTheBoard, what_is_not_a_watchdog_is_left_as_it_was_found) {
  FakeDevice fake = device();
  fake.has_ioctl = false;
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.start(seconds(10)).status() == Status::unavailable);
  STRCMP_EQUAL("V", written().c_str());
  CHECK(watchdog.stop() == Status::stale);
}

TEST(WatchdogOfTheBoard, a_path_without_a_device_is_unavailable) {
  WatchdogDevice real{(folder / "none").c_str(), ""};
  Watchdog watchdog{real, nobody, false};
  CHECK(watchdog.start(seconds(10)).status() == Status::unavailable);
}

TEST(WatchdogOfTheBoard, a_real_driver_that_knows_no_watchdog_calls_is_refused) {
  folder.write("file", "");
  WatchdogDevice real{(folder / "file").c_str(), ""};
  Watchdog watchdog{real, nobody, false};
  CHECK(watchdog.start(seconds(10)).status() == Status::unavailable);
}

TEST(WatchdogOfTheBoard, sysfs_tells_of_the_last_reset_before_the_device_is_opened) {
  folder.write("sys/bootstatus", std::to_string(WDIOF_CARDRESET) + "\n");
  FakeDevice fake = device();
  const Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.last_reset() == hal::ResetCause::watchdog);
}

TEST(WatchdogOfTheBoard, the_driver_tells_of_the_last_reset_when_sysfs_does_not) {
  FakeDevice fake = device();
  fake.boot_status = WDIOF_CARDRESET;
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.start(seconds(10)).ok());
  CHECK(watchdog.last_reset() == hal::ResetCause::watchdog);
}

TEST(WatchdogOfTheBoard, the_last_reset_is_answered_the_same_each_time) {
  FakeDevice fake = device();
  fake.boot_status = WDIOF_CARDRESET;
  Watchdog watchdog{fake, nobody, false};
  CHECK(watchdog.last_reset() == hal::ResetCause::unknown);
  CHECK(watchdog.start(seconds(10)).ok());
  CHECK(watchdog.last_reset() == hal::ResetCause::unknown);
}

TEST(WatchdogOfTheBoard, without_device_and_systemd_there_is_none) {
  Watchdog watchdog{none, nobody, false};
  CHECK(watchdog.start(seconds(10)).status() == Status::unavailable);
  watchdog.feed();
  CHECK(watchdog.stop() == Status::stale);
  CHECK(watchdog.last_reset() == hal::ResetCause::unknown);
}

TEST_GROUP(WatchdogBySystemd) {
  test::TemporaryFolder folder;
  Descriptor systemd{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  FakeDevice none{"", ""};

  NotifySocket notify() {
    sockaddr_un bound{};
    bound.sun_family = AF_UNIX;
    const std::string path = folder / "notify";
    path.copy(bound.sun_path, sizeof bound.sun_path - 1);
    CHECK(::bind(systemd.number(), reinterpret_cast<const sockaddr*>(&bound), sizeof bound) == 0);
    return NotifySocket{path.c_str()};
  }
  std::string heard() {
    char text[200];
    const auto count = ::recv(systemd.number(), text, sizeof text, MSG_DONTWAIT);
    return count < 0 ? "nothing" : std::string(text, static_cast<std::size_t>(count));
  }
};

TEST(WatchdogBySystemd, sets_its_period_then_sends_signs_of_life_until_it_is_stopped) {
  NotifySocket socket = notify();
  Watchdog watchdog{none, socket, true};
  CHECK(watchdog.start(seconds(20)).value() == seconds(20));
  STRCMP_EQUAL("WATCHDOG_USEC=20000000", heard().c_str());
  STRCMP_EQUAL("WATCHDOG=1", heard().c_str());
  watchdog.feed();
  STRCMP_EQUAL("WATCHDOG=1", heard().c_str());
  CHECK(is_ok(watchdog.stop()));
  STRCMP_EQUAL("WATCHDOG_USEC=0", heard().c_str());
}

TEST(WatchdogBySystemd, is_left_alone_when_our_unit_does_not_ask_for_it) {
  NotifySocket socket = notify();
  Watchdog watchdog{none, socket, false};
  CHECK(watchdog.start(seconds(20)).status() == Status::unavailable);
  STRCMP_EQUAL("nothing", heard().c_str());
}

TEST(WatchdogBySystemd, is_fed_beside_the_device_and_the_shorter_period_counts) {
  NotifySocket socket = notify();
  folder.write("watchdog", "");
  FakeDevice device{(folder / "watchdog").c_str(), ""};
  device.seconds_max = 8;
  Watchdog watchdog{device, socket, true};
  CHECK(watchdog.start(seconds(20)).value() == seconds(8));
  CHECK(heard() == "WATCHDOG_USEC=20000000");
  CHECK(heard() == "WATCHDOG=1");
  UNSIGNED_LONGS_EQUAL(1, folder.read("watchdog").size());
}

TEST(WatchdogBySystemd, a_variable_meant_for_another_process_is_not_for_us) {
  CHECK(::setenv("WATCHDOG_USEC", "30000000", 1) == 0);
  CHECK(systemd_guards_us());
  CHECK(::setenv("WATCHDOG_PID", "1", 1) == 0);
  CHECK_FALSE(systemd_guards_us());
  CHECK(::setenv("WATCHDOG_PID", std::to_string(::getpid()).c_str(), 1) == 0);
  CHECK(systemd_guards_us());
  CHECK(::unsetenv("WATCHDOG_USEC") == 0);
  CHECK_FALSE(systemd_guards_us());
  CHECK(::unsetenv("WATCHDOG_PID") == 0);
}
