#include "platform/linux/event_loop.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "platform/linux/clock.h"
#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

namespace {

// Counts its calls, and empties what woke it.
struct Counter {
  Descriptor event{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  EventLoop* forgets_in = nullptr;
  int calls = 0;

  void raise() const { CHECK(::eventfd_write(event.number(), 1) == 0); }
  void take() {
    eventfd_t count = 0;
    ::eventfd_read(event.number(), &count);
    ++calls;
    if (forgets_in != nullptr) forgets_in->forget(event.number());
  }
};

}  // namespace

TEST_GROUP(EventLoopOfTheService) {
  EventLoop loop;
  Counter counter;

  Uptime soon() { return boot_clock_now() + milliseconds(5); }
  Uptime late() { return boot_clock_now() + seconds(60); }
  void watch(Counter & watched) {
    CHECK(is_ok(loop.watch(watched.event.number(), Readiness::readable,
                           callback<&Counter::take>(watched))));
  }
};

TEST(EventLoopOfTheService, sleeps_until_the_deadline_and_not_less) {
  const Uptime deadline = soon();
  CHECK(loop.wait_until(deadline) == Woken::deadline);
  CHECK(boot_clock_now() >= deadline);
}

TEST(EventLoopOfTheService, returns_at_once_for_a_deadline_that_has_passed) {
  CHECK(loop.wait_until(Uptime{}) == Woken::deadline);
  CHECK(loop.wait_until(Uptime{-1}) == Woken::deadline);
}

TEST(EventLoopOfTheService, an_event_ends_the_wait_before_its_deadline) {
  watch(counter);
  counter.raise();
  CHECK(loop.wait_until(late()) == Woken::event);
  LONGS_EQUAL(1, counter.calls);
}

TEST(EventLoopOfTheService, for_ever_is_a_deadline_too) {
  watch(counter);
  counter.raise();
  CHECK(loop.wait_until(Uptime{INT64_MAX}) == Woken::event);
}

TEST(EventLoopOfTheService, a_caller_that_is_always_late_does_not_starve_events) {
  watch(counter);
  counter.raise();
  CHECK(loop.wait_until(Uptime{}) == Woken::event);
  LONGS_EQUAL(1, counter.calls);
}

TEST(EventLoopOfTheService, what_was_forgotten_does_not_call_back) {
  watch(counter);
  counter.raise();
  loop.forget(counter.event.number());
  CHECK(loop.wait_until(soon()) == Woken::deadline);
  LONGS_EQUAL(0, counter.calls);
}

TEST(EventLoopOfTheService, a_callback_may_forget_itself) {
  counter.forgets_in = &loop;
  watch(counter);
  counter.raise();
  CHECK(loop.wait_until(late()) == Woken::event);
  counter.raise();
  CHECK(loop.wait_until(soon()) == Woken::deadline);
  LONGS_EQUAL(1, counter.calls);
}

TEST(EventLoopOfTheService, a_full_table_refuses_and_takes_again_when_one_is_forgotten) {
  std::array<Counter, EventLoop::kWatchesMax> counters;
  std::size_t taken = 0;
  while (is_ok(loop.watch(counters[taken].event.number(), Readiness::readable,
                          callback<&Counter::take>(counters[taken])))) {
    ++taken;
  }
  UNSIGNED_LONGS_EQUAL(EventLoop::kWatchesMax - 2, taken);  // its timer and its signals take two
  loop.forget(counters[0].event.number());
  watch(counter);
}

TEST(EventLoopOfTheService, a_file_on_a_disk_cannot_be_waited_for) {
  const test::TemporaryFolder folder;
  folder.write("file", "text");
  const Descriptor file{::open((folder / "file").c_str(), O_RDONLY | O_CLOEXEC)};
  CHECK(loop.watch(file.number(), Readiness::readable, callback<&Counter::take>(counter)) ==
        Status::unsupported);
}

TEST(EventLoopOfTheService, calls_back_once_per_period) {
  CHECK(is_ok(loop.every(milliseconds(4), callback<&Counter::take>(counter))));
  const Uptime until = boot_clock_now() + milliseconds(30);
  while (loop.wait_until(until) == Woken::event) {
  }
  CHECK(counter.calls >= 1);
  CHECK(counter.calls <= 8);
}

TEST(EventLoopOfTheService, a_period_missed_several_times_is_called_once) {
  CHECK(is_ok(loop.every(milliseconds(2), callback<&Counter::take>(counter))));
  EventLoop elsewhere;  // keeps this thread busy meanwhile
  CHECK(elsewhere.wait_until(boot_clock_now() + milliseconds(12)) == Woken::deadline);
  const Uptime now = boot_clock_now();
  CHECK(loop.wait_until(now) == Woken::event);
  LONGS_EQUAL(1, counter.calls);
}

TEST(EventLoopOfTheService, an_asked_stop_ends_this_wait_and_every_later_one) {
  for (const int signal : {SIGTERM, SIGINT}) {
    EventLoop asked;
    CHECK_FALSE(asked.stop_asked());
    ::kill(::getpid(), signal);
    CHECK(asked.wait_until(late()) == Woken::stop);
    CHECK(asked.wait_until(late()) == Woken::stop);
    CHECK(asked.stop_asked());
  }
}

TEST(EventLoopOfTheService, the_end_of_a_child_wakes_without_asking_to_stop) {
  ::kill(::getpid(), SIGCHLD);
  CHECK(loop.wait_until(late()) == Woken::event);
  CHECK_FALSE(loop.stop_asked());
}

TEST(EventLoopOfTheService, gives_signals_back_as_they_were) {
  sigset_t before;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &before);
  {
    EventLoop inner;
    ::kill(::getpid(), SIGTERM);  // pending when it goes: must not end the process
  }
  sigset_t after;
  ::pthread_sigmask(SIG_SETMASK, nullptr, &after);
  LONGS_EQUAL(::sigismember(&before, SIGTERM), ::sigismember(&after, SIGTERM));
}
