#include "platform/linux/event_loop.h"

#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <cerrno>

#include "platform/linux/clock.h"
#include "platform/linux/folder.h"
#include "vocabulary/assertion.h"

namespace hf::on_linux {
namespace {

constexpr int kEventsAtOnce = 16;

// "For ever" does not fit the timers of 32-bit kernels before 5.1.
constexpr Duration kSleepMax = days(1);

sigset_t signals_taken() {
  sigset_t set;
  sigemptyset(&set);
  for (const int signal : {SIGINT, SIGTERM, SIGCHLD}) sigaddset(&set, signal);
  return set;
}

std::uint32_t epoll_events(Readiness readiness) {
  switch (readiness) {
    case Readiness::readable: return EPOLLIN;
    case Readiness::writable: return EPOLLOUT;
    case Readiness::urgent: return EPOLLPRI | EPOLLERR;
  }
  return 0;
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      timer_(::timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK)) {
  const sigset_t taken = signals_taken();
  ::pthread_sigmask(SIG_BLOCK, &taken, &mask_before_);
  struct sigaction ignore {};
  ignore.sa_handler = SIG_IGN;
  ::sigaction(SIGPIPE, &ignore, &pipe_before_);
  signals_ = Descriptor{::signalfd(-1, &taken, SFD_CLOEXEC | SFD_NONBLOCK)};
  HF_ASSERT(epoll_.is_open() && timer_.is_open() && signals_.is_open());

  const Status timer_watched =
      watch(timer_.number(), Readiness::readable, callback<&EventLoop::take_timer>(*this));
  const Status signals_watched =
      watch(signals_.number(), Readiness::readable, callback<&EventLoop::take_signals>(*this));
  HF_ASSERT(is_ok(timer_watched) && is_ok(signals_watched));
}

EventLoop::~EventLoop() {
  take_signals();  // else one that is pending would end the process when it is unblocked
  ::sigaction(SIGPIPE, &pipe_before_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &mask_before_, nullptr);
}

Status EventLoop::watch(int descriptor, Readiness readiness, Callback callback) {
  HF_ASSERT(descriptor >= 0 && callback.call != nullptr);
  const auto slot = std::find_if(watches_.begin(), watches_.end(),
                                 [](const Watch& watch) { return watch.descriptor < 0; });
  if (slot == watches_.end()) return Status::full;
  epoll_event event{};
  event.events = epoll_events(readiness);
  event.data.u32 = static_cast<std::uint32_t>(slot - watches_.begin());
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
    return errno == EPERM ? Status::unsupported : Status::full;
  }
  *slot = {descriptor, callback};
  return Status::ok;
}

void EventLoop::forget(int descriptor) {
  const auto slot = std::find_if(watches_.begin(), watches_.end(), [&](const Watch& watch) {
    return watch.descriptor == descriptor;
  });
  if (slot == watches_.end()) return;
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, descriptor, nullptr);
  *slot = Watch{};
}

Status EventLoop::every(Duration period, Callback callback) {
  HF_ASSERT(period > Duration{} && callback.call != nullptr);
  if (period_count_ == kPeriodsMax) return Status::full;
  periods_[period_count_++] = {period, boot_clock_now() + period, callback};
  return Status::ok;
}

Woken EventLoop::wait_until(Uptime deadline) {
  for (;;) {
    if (stop_asked_) return Woken::stop;
    const Uptime now = boot_clock_now();
    if (run_periods(now)) return Woken::event;
    // A caller that is always late must not starve the descriptors: they are looked at in any case.
    const bool due = deadline <= now;
    if (!due) arm(next_wake(std::min(deadline, now + kSleepMax)));
    const bool called = run_callbacks(due ? 0 : -1);
    if (stop_asked_) return Woken::stop;
    if (called) return Woken::event;
    if (due) return Woken::deadline;
  }
}

bool EventLoop::run_callbacks(int timeout_ms) {
  std::array<epoll_event, kEventsAtOnce> events;
  const int count = uninterrupted(
      [&] { return ::epoll_wait(epoll_.number(), events.data(), kEventsAtOnce, timeout_ms); });
  HF_ASSERT(count >= 0);
  bool called = false;
  for (int i = 0; i < count; ++i) {
    // A copy: the callback may forget() itself. One forgotten by an earlier callback is skipped.
    const Watch watch = watches_[events[static_cast<std::size_t>(i)].data.u32];
    if (watch.descriptor < 0) continue;
    watch.callback.call(watch.callback.object);
    called = called || watch.descriptor != timer_.number();
  }
  return called;
}

void EventLoop::arm(Uptime deadline) {
  if (deadline == armed_for_) return;
  armed_for_ = deadline;
  itimerspec at{};
  at.it_value.tv_sec = static_cast<time_t>(deadline.ms / 1000);
  at.it_value.tv_nsec = static_cast<long>(deadline.ms % 1000 * 1'000'000);
  const int armed = ::timerfd_settime(timer_.number(), TFD_TIMER_ABSTIME, &at, nullptr);
  HF_ASSERT(armed == 0);
}

Uptime EventLoop::next_wake(Uptime deadline) const {
  for (std::size_t i = 0; i < period_count_; ++i) deadline = std::min(deadline, periods_[i].next);
  return std::max(deadline, Uptime{1});  // zero would disarm the timer
}

bool EventLoop::run_periods(Uptime now) {
  bool called = false;
  for (std::size_t i = 0; i < period_count_; ++i) {
    Period& period = periods_[i];
    if (now < period.next) continue;
    period.next = period.next + period.length;
    if (period.next <= now) period.next = now + period.length;
    period.callback.call(period.callback.object);
    called = true;
  }
  return called;
}

void EventLoop::take_timer() {
  std::uint64_t expirations = 0;
  if (::read(timer_.number(), &expirations, sizeof expirations) > 0) armed_for_ = {INT64_MIN};
}

void EventLoop::take_signals() {
  signalfd_siginfo signal;
  while (::read(signals_.number(), &signal, sizeof signal) == sizeof signal) {
    // SIGCHLD only had to wake the loop: hal::Processes looks for itself who ended.
    if (signal.ssi_signo != SIGCHLD) stop_asked_ = true;
  }
}

}  // namespace hf::on_linux
