// Against a real socket, as systemd would listen on it.
#include "platform/linux/notify_socket.h"

#include <CppUTest/TestHarness.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstring>
#include <string>

#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

// `@name`: in the abstract namespace.
class Listener {
 public:
  explicit Listener(const std::string& address) {
    sockaddr_un bound{};
    bound.sun_family = AF_UNIX;
    std::memcpy(bound.sun_path, address.data(), address.size());
    if (bound.sun_path[0] == '@') bound.sun_path[0] = '\0';
    const auto bytes = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.size());
    CHECK(::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&bound), bytes) == 0);
  }

  std::string heard() const {
    std::array<char, 1024> text;
    const auto count = ::recv(socket_.number(), text.data(), text.size(), MSG_DONTWAIT);
    return count < 0 ? "nothing" : std::string{text.data(), static_cast<std::size_t>(count)};
  }

 private:
  Descriptor socket_{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
};

}  // namespace

TEST_GROUP(NotifySocketOfSystemd) { test::TemporaryFolder folder; };

TEST(NotifySocketOfSystemd, speaks_to_a_path) {
  const Listener systemd{folder / "notify"};
  NotifySocket notify{(folder / "notify").c_str()};
  CHECK(notify.present());
  CHECK(is_ok(notify.tell_ready()));
  STRCMP_EQUAL("READY=1", systemd.heard().c_str());
  CHECK(is_ok(notify.tell_alive()));
  STRCMP_EQUAL("WATCHDOG=1", systemd.heard().c_str());
  CHECK(is_ok(notify.set_alive_period(seconds(30))));
  STRCMP_EQUAL("WATCHDOG_USEC=30000000", systemd.heard().c_str());
  CHECK(is_ok(notify.tell_stopping()));
  STRCMP_EQUAL("STOPPING=1", systemd.heard().c_str());
}

TEST(NotifySocketOfSystemd, speaks_to_a_name_without_a_file) {
  const std::string name = "@holdfast-test-" + std::to_string(::getpid());
  const Listener systemd{name};
  NotifySocket notify{name.c_str()};
  CHECK(is_ok(notify.tell_ready()));
  STRCMP_EQUAL("READY=1", systemd.heard().c_str());
}

TEST(NotifySocketOfSystemd, a_status_stays_one_assignment_whatever_is_in_it) {
  const Listener systemd{folder / "notify"};
  NotifySocket notify{(folder / "notify").c_str()};
  CHECK(is_ok(notify.tell_status("12 waiting\nREADY=0")));
  STRCMP_EQUAL("STATUS=12 waiting READY=0", systemd.heard().c_str());
  CHECK(is_ok(notify.tell_status(std::string(5000, 'x'))));
  CHECK(systemd.heard().size() < 256);
}

TEST(NotifySocketOfSystemd, without_an_address_there_is_nobody_to_tell) {
  for (const char* address : {static_cast<const char*>(nullptr), "", "relative", "vsock:2:1"}) {
    NotifySocket notify{address};
    CHECK_FALSE(notify.present());
    CHECK(notify.tell_ready() == Status::unsupported);
  }
  NotifySocket too_long{("/" + std::string(200, 'x')).c_str()};
  CHECK_FALSE(too_long.present());
}

TEST(NotifySocketOfSystemd, a_listener_that_went_away_is_unavailable) {
  NotifySocket notify{(folder / "notify").c_str()};
  CHECK(notify.tell_alive() == Status::unavailable);
}
