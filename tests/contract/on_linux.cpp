// The board that is this machine, for the contract suites, in a folder of its own.
//
// What a build machine must not do to itself (lose power, change its clock) it cannot show. What
// needs root is shown to root, inside a private mount namespace.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <fstream>
#include <map>
#include <string>

#include "platform/linux/board.h"
#include "tests/contract/board_under_test.h"
#include "tests/support/broker_process.h"
#include "tests/support/empty_network.h"
#include "tests/support/role_program.h"
#include "tests/support/temporary_folder.h"

namespace hf::contract {
namespace {

using test::tell;

// True: mounts made from now on are ours alone, and go with us.
bool have_private_mounts() {
  static const bool have = ::unshare(CLONE_NEWNS) == 0 &&
                           ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return have;
}

// A process that has a file of the flash open until it is killed.
class OtherProcess {
 public:
  bool hold(const char* directory, std::string_view name) {
    int ready[2];
    if (::pipe2(ready, O_CLOEXEC) != 0) return false;
    process_ = ::fork();
    if (process_ == 0) {
      on_linux::Flash flash{directory};
      const char held = flash.open(name, hal::OpenMode::existing).ok() ? 'y' : 'n';
      static_cast<void>(::write(ready[1], &held, 1) == 1);
      for (;;) ::pause();
    }
    char held = 'n';
    const bool told = ::read(ready[0], &held, 1) == 1;
    ::close(ready[0]);
    ::close(ready[1]);
    return told && held == 'y';
  }

  ~OtherProcess() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
  }

 private:
  pid_t process_ = 0;
};

// What the test measures is due at once.
class FieldInTest final : public on_linux::SensorSource {
 public:
  void put_due(Uptime /*now*/, on_linux::ReadingRing& ring) override {
    for (const Reading& reading : measured) ring.put(reading);
    measured.clear();
  }
  void pace(SensorIndex sensor, Duration period) override {
    is_silent[sensor.value] = period == Duration{};
  }
  void measure(const Reading& reading) {
    if (!is_silent[reading.sensor.value]) measured.push_back(reading);
  }
  std::vector<Reading> measured;
  std::map<std::uint16_t, bool> is_silent;
};

class LinuxBroker final : public BrokerInTest {
 public:
  bool runs() const { return process_.port() != 0; }

  hal::LinkAddress address() override {
    hal::LinkAddress address;
    address.host.assign(is_far_ ? "192.0.2.1" : "127.0.0.1");
    address.port = static_cast<std::uint16_t>(process_.port());
    address.transport = hal::Transport::tcp;
    return address;
  }
  std::vector<std::string> received() override { return process_.received(); }
  bool send(std::string_view topic, std::string_view payload) override {
    return tell("send " + std::string{topic} + " " + test::as_hex(payload));
  }
  bool send_everything_twice() override { return tell("set twice 1"); }
  bool acknowledge_nothing() override { return tell("set acknowledge 0"); }
  bool refuse_publishes(hal::LinkReason reason) override {
    return reason == hal::LinkReason::quota_exceeded && tell("set refuse_publish 151");
  }
  bool refuse_connections(hal::LinkReason reason) override {
    return reason == hal::LinkReason::not_authorised && tell("set refuse_connect 135");
  }
  bool announce(std::uint16_t receive_max, std::uint32_t packet_bytes_max) override {
    return tell("set receive_max " + std::to_string(receive_max)) &&
           tell("set packet_max " + std::to_string(packet_bytes_max));
  }
  bool close_connections() override { return tell("close"); }
  bool fall_silent() override { return tell("silent"); }

  // What lies on this machine needs no carrier.
  void move_away() { is_far_ = true; }

 private:
  bool tell(const std::string& command) { return process_.ask(command) == "ok"; }

  test::BrokerProcess process_;
  bool is_far_ = false;
};

class OnLinux final : public BoardUnderTest {
 public:
  OnLinux() {
    folder_.write("gpio/value", "1");
    start_process();
  }
  ~OnLinux() override {
    board_.reset();
    if (is_mounted_) ::umount2(files().c_str(), MNT_DETACH);
  }

  hal::Board& board() override { return board_->hal(); }

  void pass(Duration time) override {
    const Uptime until = on_linux::boot_clock_now() + time;
    while (board_->loop().wait_until(until) != on_linux::Woken::deadline) {
    }
  }

  void restart_process() override {
    note_roles();
    board_.reset();
    start_process();
  }

  bool limit_flash(std::uint64_t bytes_total) override {
    const std::string size = "size=" + std::to_string(bytes_total);
    return mount_files(
        [&] { return ::mount("none", files().c_str(), "tmpfs", 0, size.c_str()) == 0; });
  }

  bool make_flash_read_only() override {
    return mount_files([&] {
      return ::mount(files().c_str(), files().c_str(), nullptr, MS_BIND, nullptr) == 0 &&
             ::mount("none", files().c_str(), nullptr, MS_BIND | MS_REMOUNT | MS_RDONLY, nullptr) ==
                 0;
    });
  }

  bool open_elsewhere(std::string_view name) override {
    return other_process_.hold(files().c_str(), name);
  }

  bool measure(const Reading& reading) override {
    field_.measure(reading);
    return true;
  }

  // Systemd, as far as we speak with it. It restarts us, not the board, and can always be stopped.
  bool fit_watchdog(bool is_stoppable) override {
    if (!is_stoppable) return false;
    systemd_ = on_linux::Descriptor{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    notify_path().copy(address.sun_path, sizeof address.sun_path - 1);
    const auto* bound = reinterpret_cast<const sockaddr*>(&address);
    if (::bind(systemd_.number(), bound, sizeof address) != 0) return false;
    restart_process();
    return true;
  }

  bool warn_of_power_loss(bool is_failing) override {
    folder_.write("gpio/value", is_failing ? "0" : "1");
    return true;
  }

  bool set_carrier(hal::Carrier carrier) override {
    if (broker_ != nullptr) broker_->move_away();
    if (network_ == nullptr) {
      network_ = std::make_unique<test::EmptyNetwork>();
      if (!network_->made() || !plug_in()) return false;
      restart_process();
    }
    if (!network_->made()) return false;
    const bool plugged_in = board().network.state().carrier == hal::Carrier::up;
    if (plugged_in == (carrier == hal::Carrier::up)) return true;
    return plugged_in ? network_->set_up(false) : plug_in();
  }

  // Made when first asked for, and with it the link role instead of the obedient ones.
  BrokerInTest* broker() override {
    if (broker_ == nullptr) {
      broker_ = std::make_unique<LinuxBroker>();
      if (broker_->runs()) restart_process();
    }
    return broker_->runs() ? broker_.get() : nullptr;
  }

  bool end_role(hal::RoleInstance who, std::int32_t code) override {
    test::tell_only(roles(), who, "exit " + std::to_string(code));
    return true;
  }
  bool kill_role(hal::RoleInstance who, std::int32_t signal) override {
    return ::kill(process_of(who), signal) == 0;
  }
  bool make_role_deaf(hal::RoleInstance who) override { return tell(roles(), who, "hang") == "ok"; }
  bool let_role_take(hal::RoleInstance who, std::uint64_t bytes) override {
    // Neither an emulator nor a sanitizer lets itself be capped.
    if (tell(roles(), who, "take " + std::to_string(bytes)) != "refused") return false;
    return end_role(who, 1);  // as a program does whose allocation failed
  }
  bool see_inherited(hal::RoleInstance who, bool& inherited) override {
    inherited =
        tell(roles(), who, "inherited") != "descriptors 0 1 2 3; held back; ignored; input empty";
    return true;
  }
  bool see_alive(hal::RoleInstance who, bool& is_alive) override {
    const auto before = std::find(roles_before_.begin(), roles_before_.end(), who);
    if (before == roles_before_.end()) return false;
    is_alive = ::kill(before->process, 0) == 0;
    return true;
  }

  bool damage_secret(hal::SecretId id) override {
    if (id.kind != hal::SecretKind::data_key) return false;
    std::fstream file{folder_ / "data/keys/data_key." + std::to_string(id.number),
                      std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(20);  // in the secret, behind its header
    file.put('\x7F');
    return file.good();
  }

  bool log_lines(std::vector<std::string>& lines) override {
    std::ifstream log{folder_ / "log"};
    for (std::string line; std::getline(log, line);) lines.push_back(line);
    return true;
  }

 private:
  struct Running : hal::RoleInstance {
    pid_t process = 0;
  };

  std::string files() const { return folder_ / "data/files"; }
  std::string notify_path() const { return folder_ / "notify"; }
  const on_linux::Processes& roles() const { return board_->processes(); }

  pid_t process_of(hal::RoleInstance who) const {
    const std::string text = tell(roles(), who, "process");
    pid_t process = 0;
    std::from_chars(text.data(), text.data() + text.size(), process);
    return process;
  }
  bool plug_in() const { return network_->set_up(true) && network_->add_default_route(); }
  void note_roles() {
    for (std::uint8_t number = 0; number < 3; ++number) {
      const hal::RoleInstance who{.role = hal::Role::field, .number = number};
      if (roles().channel(who) >= 0) roles_before_.push_back({who, process_of(who)});
    }
  }

  void start_process() {
    log_ = on_linux::Descriptor{
        ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    on_linux::BoardOptions options;
    options.data_directory = folder_ / "data";
    options.sysfs = folder_ / "sys";
    options.log_descriptor = log_.number();
    options.power_failing_line = folder_ / "gpio/value";
    options.sensors = &field_;
    options.processes = broker_ != nullptr ? test::link_roles() : test::obedient_roles();
    options.notify_socket = systemd_.is_open() ? notify_path() : "";
    options.systemd_guards_us = systemd_.is_open();
    board_ = std::make_unique<on_linux::Board>(options);
    if (broker_ == nullptr) return;
    const Status started = board_->processes().start({.role = hal::Role::link, .number = 0},
                                                     test::role_memory_bytes());
    HF_ASSERT(is_ok(started));
  }

  template <typename Mount>
  bool mount_files(Mount mount) {
    if (!have_private_mounts()) return false;
    board_.reset();
    is_mounted_ = mount();
    start_process();
    return is_mounted_;
  }

  test::TemporaryFolder folder_;
  std::unique_ptr<test::EmptyNetwork> network_;
  std::unique_ptr<LinuxBroker> broker_;
  FieldInTest field_;
  on_linux::Descriptor systemd_;
  std::vector<Running> roles_before_;  // those of processes of ours that ended
  on_linux::Descriptor log_;
  std::unique_ptr<on_linux::Board> board_;
  OtherProcess other_process_;
  bool is_mounted_ = false;
};

}  // namespace

std::unique_ptr<BoardUnderTest> make_board_under_test() { return std::make_unique<OnLinux>(); }

}  // namespace hf::contract
