// The board that is this machine, for the contract suites, in a folder of its own.
//
// What a build machine must not do to itself (lose power, change its clock) it cannot show. What
// needs root is shown to root, inside a private mount namespace.
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <string>

#include "platform/linux/board.h"
#include "tests/contract/board_under_test.h"
#include "tests/support/temporary_folder.h"

namespace hf::contract {
namespace {

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

class OnLinux final : public BoardUnderTest {
 public:
  OnLinux() { start_process(); }
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
  std::string files() const { return folder_ / "data/files"; }

  void start_process() {
    log_ = on_linux::Descriptor{
        ::open((folder_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)};
    on_linux::BoardOptions options;
    options.data_directory = folder_ / "data";
    options.sysfs = folder_ / "sys";
    options.log_descriptor = log_.number();
    board_ = std::make_unique<on_linux::Board>(options);
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
  on_linux::Descriptor log_;
  std::unique_ptr<on_linux::Board> board_;
  OtherProcess other_process_;
  bool is_mounted_ = false;
};

}  // namespace

std::unique_ptr<BoardUnderTest> make_board_under_test() { return std::make_unique<OnLinux>(); }

}  // namespace hf::contract
