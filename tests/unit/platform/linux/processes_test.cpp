#include "platform/linux/processes.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <string>

#include "platform/linux/clock.h"
#include "platform/linux/event_loop.h"
#include "platform/linux/folder.h"
#include "tests/support/role_program.h"

using namespace hf;
using namespace hf::on_linux;
using test::tell;

namespace {

constexpr std::uint64_t kMemoryMax = 64'000'000;
constexpr hal::RoleInstance kLink{.role = hal::Role::link};
constexpr hal::RoleInstance kSecondBus{.role = hal::Role::field, .number = 2};
constexpr hal::Role kLinkOnly[] = {hal::Role::link};

#if defined(__SANITIZE_ADDRESS__)
constexpr bool kMemoryIsCapped = false;  // role_process.cpp says why
#else
constexpr bool kMemoryIsCapped = true;
#endif

// False also for one that is dead and waits for whoever inherited it to notice.
bool lives(const std::string& process) {
  std::array<char, 512> buffer;
  const auto stat = read_text(AT_FDCWD, ("/proc/" + process + "/stat").c_str(), buffer);
  return !stat.empty() && stat.find(") Z ") == std::string_view::npos;
}

}  // namespace

TEST_GROUP(ProcessesOfRoles) {
  Processes processes{test::obedient_roles()};
  hal::RoleExit exit;

  void start(hal::RoleInstance who) {
    CHECK(is_ok(processes.start(who, kMemoryMax)));
    CHECK_FALSE(tell(processes, who, "ping").empty());
  }
};

TEST(ProcessesOfRoles, a_role_learns_who_it_is) {
  start(kSecondBus);
  STRCMP_EQUAL("ok field 2", tell(processes, kSecondBus, "ping").c_str());
}

TEST(ProcessesOfRoles, a_role_has_its_channel_and_nothing_else_of_ours) {
  EventLoop loop;  // holds signals back, and has descriptors of its own
  int not_closed_on_exec[2];
  CHECK(::pipe(not_closed_on_exec) == 0);
  const Descriptor one{not_closed_on_exec[0]};
  const Descriptor other{not_closed_on_exec[1]};
  start(kLink);
  start(kSecondBus);
  STRCMP_EQUAL("descriptors 0 1 2 3; held back; ignored; input empty",
               tell(processes, kSecondBus, "inherited").c_str());
}

TEST(ProcessesOfRoles, an_exit_tells_how_it_ended) {
  start(kLink);
  test::tell_only(processes, kLink, "exit 7");
  CHECK(test::wait_for_exit(processes, exit));
  CHECK(exit.who == kLink);
  CHECK_FALSE(exit.killed);
  LONGS_EQUAL(7, exit.code);
  CHECK_FALSE(processes.next_exit(exit));
}

TEST(ProcessesOfRoles, stop_asks_first) {
  start(kLink);
  CHECK(is_ok(processes.stop(kLink, seconds(60))));
  CHECK(test::wait_for_exit(processes, exit));
  CHECK(exit.killed);
  LONGS_EQUAL(SIGTERM, exit.code);
}

TEST(ProcessesOfRoles, stop_kills_what_does_not_listen_when_the_grace_is_over) {
  start(kLink);
  STRCMP_EQUAL("ok", tell(processes, kLink, "hang").c_str());
  CHECK(is_ok(processes.stop(kLink, milliseconds(20))));
  CHECK(test::wait_for_exit(processes, exit));
  CHECK(exit.killed);
  LONGS_EQUAL(SIGKILL, exit.code);
}

TEST(ProcessesOfRoles, a_later_stop_does_not_lengthen_the_grace) {
  start(kLink);
  STRCMP_EQUAL("ok", tell(processes, kLink, "hang").c_str());
  CHECK(is_ok(processes.stop(kLink, milliseconds(20))));
  CHECK(is_ok(processes.stop(kLink, minutes(60))));
  CHECK(test::wait_for_exit(processes, exit));
}

TEST(ProcessesOfRoles, memory_beyond_the_cap_is_refused_to_the_role) {
  start(kLink);
  STRCMP_EQUAL("ok", tell(processes, kLink, "take 8000000").c_str());
  if (!kMemoryIsCapped || test::roles_are_emulated()) return;
  STRCMP_EQUAL("refused", tell(processes, kLink, "take 64000000").c_str());
}

TEST(ProcessesOfRoles, usage_is_what_the_kernel_counts) {
  start(kLink);
  const hal::RoleUsage before = processes.usage(kLink).value();
  CHECK(before.resident_bytes > 0);
  CHECK(before.descriptors_open >= 4);
  STRCMP_EQUAL("ok", tell(processes, kLink, "take 8000000").c_str());
  CHECK(processes.usage(kLink).value().resident_bytes >= before.resident_bytes + 7'000'000);
  CHECK(processes.usage(kSecondBus).status() == Status::not_found);
}

TEST(ProcessesOfRoles, a_role_runs_once_and_can_be_started_again_when_it_ended) {
  start(kLink);
  CHECK(processes.start(kLink, kMemoryMax) == Status::busy);
  CHECK(is_ok(processes.stop(kLink, seconds(60))));
  CHECK(test::wait_for_exit(processes, exit));
  CHECK(processes.stop(kLink, seconds(1)) == Status::stale);
  LONGS_EQUAL(-1, processes.channel(kLink));
  start(kLink);
}

TEST(ProcessesOfRoles, a_program_that_cannot_be_run_is_an_answer_and_no_exit) {
  Processes none{{.program = "/nowhere/holdfast", .arguments = {}, .roles = kLinkOnly}};
  CHECK(none.start(kLink, kMemoryMax) == Status::not_found);
  CHECK(none.start(kSecondBus, kMemoryMax) == Status::not_found);
  CHECK_FALSE(none.next_exit(exit));
  CHECK(none.usage(kLink).status() == Status::not_found);
}

TEST(ProcessesOfRoles, no_more_run_than_there_is_room_for) {
  std::uint8_t started = 0;
  while (is_ok(processes.start({hal::Role::field, started}, kMemoryMax))) ++started;
  LONGS_EQUAL(Processes::kRolesMax, started);
  CHECK(processes.start({hal::Role::field, started}, kMemoryMax) == Status::full);
}

// The core is a process of its own here, and is killed as hard as can be.
TEST(ProcessesOfRoles, a_role_dies_with_the_core_however_the_core_dies) {
  int ends[2];
  CHECK(::pipe2(ends, O_CLOEXEC) == 0);
  const Descriptor out{ends[0]};
  Descriptor in{ends[1]};
  const pid_t core = ::fork();
  if (core == 0) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // should this test fail half-way
    Processes roles{test::obedient_roles()};
    const bool started =
        is_ok(roles.start(kLink, kMemoryMax)) && tell(roles, kLink, "hang") == "ok";
    const std::string role = started ? tell(roles, kLink, "process") : "none";
    static_cast<void>(::write(in.number(), role.data(), role.size()) > 0);
    for (;;) ::pause();
  }
  in.close();
  std::array<char, 16> text{};
  CHECK(::read(out.number(), text.data(), text.size() - 1) > 0);
  const std::string role = text.data();
  CHECK(role != "none");

  CHECK(::kill(core, SIGKILL) == 0);
  LONGS_EQUAL(core, ::waitpid(core, nullptr, 0));
  const Uptime end = boot_clock_now() + seconds(30);  // on a busy machine
  while (lives(role) && boot_clock_now() < end) ::poll(nullptr, 0, 2);
  CHECK_FALSE(lives(role));
}
