#include "platform/linux/clock.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/timerfd.h>
#include <sys/timex.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "platform/linux/folder.h"
#include "vocabulary/random.h"

namespace hf::on_linux {
namespace {

static_assert(sizeof(time_t) == 8, "a 32-bit time_t ends in 2038; the toolchain file widens it");

constexpr const char* kBootIdFile = "/proc/sys/kernel/random/boot_id";

std::int64_t read_clock_ms(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return now.tv_sec * 1000 + now.tv_nsec / 1'000'000;
}

// The kernel's boot id is a random UUID. Mixing both halves keeps the randomness of all of it and
// loses its few fixed bits.
BootId fold_uuid(std::string_view text) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  for (const char c : text) {
    if (c == '-') continue;
    const auto digit = static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    high = high << 4 | low >> 60;
    low = low << 4 | digit;
  }
  return {Random{high ^ Random{low}.next()}.next()};
}

BootId read_boot_id() {
  std::array<char, 40> buffer;
  const auto text = read_text(AT_FDCWD, kBootIdFile, buffer);
  BootId id = fold_uuid(text);
  if (text.empty()) {
    // Without /proc, a restart counts as a boot: anchors are made anew, which costs nothing else.
    if (::getrandom(&id.value, sizeof id.value, GRND_NONBLOCK) != sizeof id.value) id = {};
  }
  return id.value != 0 ? id : BootId{1};  // zero would mean "no boot known"
}

// UTC minus uptime. The uptime is read on both sides of UTC: a process put to sleep in between
// would otherwise see a step that never was.
Duration utc_offset() {
  constexpr Duration kCloseEnough = milliseconds(5);
  constexpr int kTriesMax = 4;
  Duration offset;
  for (int i = 0; i < kTriesMax; ++i) {
    const Uptime before = boot_clock_now();
    const std::int64_t utc_ms = read_clock_ms(CLOCK_REALTIME);
    const Uptime after = boot_clock_now();
    offset = milliseconds(utc_ms - before.ms);
    if (after - before <= kCloseEnough) break;
  }
  return offset;
}

// A timer that never fires, but is cancelled by the kernel whenever somebody sets UTC.
Descriptor watch_for_sets() {
  Descriptor timer{::timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC | TFD_NONBLOCK)};
  itimerspec never{};
  never.it_value.tv_sec = 7'258'118'400;  // the year 2200
  if (timer.is_open() &&
      ::timerfd_settime(timer.number(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &never,
                        nullptr) != 0) {
    timer.close();
  }
  return timer;
}

Discipline read_discipline() {
  timex kernel{};
  const int state = ::adjtimex(&kernel);
  if (state < 0) return {};
  const auto error_us = std::max<std::int64_t>(kernel.maxerror, kernel.esterror);
  return {.synchronised = state != TIME_ERROR && (kernel.status & STA_UNSYNC) == 0,
          .error = milliseconds(error_us / 1000 + 1)};  // our own resolution is a millisecond
}

}  // namespace

Uptime boot_clock_now() { return {read_clock_ms(CLOCK_BOOTTIME)}; }

UtcReading judge_utc(UtcTime kernel, const Discipline& discipline, UtcTime floor,
                     Duration after_floor, bool was_set) {
  const UtcTime least = floor + after_floor;
  if (floor.ms > 0 && kernel < least) {
    return {.at = least, .error = kFloorError, .quality = TimeQuality::floor};
  }
  if (discipline.synchronised) {
    const bool close = discipline.error <= kSyncedErrorMax;
    return {.at = kernel,
            .error = discipline.error,
            .quality = close ? TimeQuality::synced : TimeQuality::coarse};
  }
  if (was_set) return {.at = kernel, .error = kSetErrorMax, .quality = TimeQuality::coarse};
  return {.at = kernel,
          .error = kFloorError,
          .quality = floor.ms > 0 ? TimeQuality::floor : TimeQuality::unset};
}

void StepGauge::note(Duration offset, bool was_set, Uptime now) {
  const Duration by = offset - offset_;
  offset_ = offset;  // slewing moves it a little every time; that is no step
  if (!was_set) return;
  pending_ = pending_ + by;
  noticed_at_ = now;
}

bool StepGauge::jumps_to(Duration offset) const {
  return std::abs((offset - offset_).ms) >= hal::kStepLeast.ms;
}

bool StepGauge::take(hal::ClockStep& step) {
  if (std::abs(pending_.ms) < hal::kStepLeast.ms) return false;
  step = {.noticed_at = noticed_at_, .by = pending_};
  pending_ = {};
  return true;
}

Clock::Clock(UtcTime built)
    : boot_id_(read_boot_id()),
      built_(built),
      floor_(built),
      floor_learnt_at_(boot_clock_now()),
      set_watch_(watch_for_sets()),
      gauge_(utc_offset()) {}

UtcReading Clock::utc() const {
  const Discipline discipline = read_discipline();
  return judge_utc({read_clock_ms(CLOCK_REALTIME)}, discipline,
                   discipline.synchronised ? built_ : floor_, uptime() - floor_learnt_at_,
                   was_set_);
}

void Clock::notice_step() {
  const bool cancelled =
      take_cancellation();  // before the offset is read, or a set could be missed
  const Duration offset = utc_offset();
  const bool jumped = gauge_.jumps_to(offset);
  gauge_.note(offset, set_watch_.is_open() ? cancelled : jumped, uptime());
  // Waking from suspend cancels the timer too, but moves UTC and uptime alike.
  was_set_ = was_set_ || jumped;
}

bool Clock::take_step(hal::ClockStep& step) {
  notice_step();
  return gauge_.take(step);
}

void Clock::raise_floor(UtcTime not_before) {
  const Uptime now = uptime();
  if (not_before <= floor_ + (now - floor_learnt_at_)) return;
  floor_ = not_before;
  floor_learnt_at_ = now;
}

bool Clock::take_cancellation() {
  std::uint64_t expirations = 0;
  return set_watch_.is_open() &&
         ::read(set_watch_.number(), &expirations, sizeof expirations) < 0 && errno == ECANCELED;
}

}  // namespace hf::on_linux
