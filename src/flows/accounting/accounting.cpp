#include "flows/accounting/accounting.h"

#include <algorithm>
#include <array>

#include "vocabulary/bytes.h"

namespace hf::flows {
namespace {

// The note: day, month, bytes of each.
constexpr std::size_t kDayAt = 0;
constexpr std::size_t kMonthAt = 8;
constexpr std::size_t kDayBytesAt = 16;
constexpr std::size_t kMonthBytesAt = 24;
constexpr std::size_t kNoteBytes = 32;
using NoteBytes = std::array<std::byte, kNoteBytes>;

}  // namespace

Status Accounting::start() {
  saved_at_ = clock_.uptime();
  NoteBytes bytes{};
  const auto size = note_.load(bytes);
  if (size.status() == Status::not_found) return Status::ok;
  if (!size.ok()) return size.status();
  if (size.value() != kNoteBytes) return Status::ok;  // of another version: the books begin anew
  const std::span note{bytes};
  saved_ = {.day = load<std::int64_t>(note.subspan(kDayAt)),
            .month = load<std::int64_t>(note.subspan(kMonthAt)),
            .day_bytes = load_u64(note.subspan(kDayBytesAt)),
            .month_bytes = load_u64(note.subspan(kMonthBytesAt))};
  traffic_.restore(saved_);
  return Status::ok;
}

Uptime Accounting::step(Uptime now) {
  if (now < step_at_) return step_at_;
  step_at_ = now + kPeriod;
  link_.note_silence(now);
  const UtcReading utc = clock_.utc();
  const bool is_known = utc.quality >= TimeQuality::coarse;
  if (is_known) traffic_.note_time(utc.at, utc.quality == TimeQuality::synced);
  share_ = traffic_.share(utc.at, is_known);
  if (is_worth_saving(now)) save(now);
  return step_at_;
}

void Accounting::stop() { save(clock_.uptime()); }

bool Accounting::is_worth_saving(Uptime now) const {
  const stores::PlanUse& use = traffic_.use();
  if (use == saved_) return false;
  if (now - saved_at_ >= kSavePeriod || use.day != saved_.day) return true;
  const auto is_much = [](std::uint64_t bytes_max, std::uint64_t used, std::uint64_t saved) {
    return bytes_max > 0 && used - saved >= bytes_max / 100 * kUnsavedPercent;
  };
  return is_much(traffic_.plan().day_bytes_max, use.day_bytes, saved_.day_bytes) ||
         is_much(traffic_.plan().month_bytes_max, use.month_bytes, saved_.month_bytes);
}

void Accounting::save(Uptime now) {
  const stores::PlanUse use = traffic_.use();
  NoteBytes bytes{};
  const std::span note{bytes};
  store(note.subspan(kDayAt), use.day);
  store(note.subspan(kMonthAt), use.month);
  store(note.subspan(kDayBytesAt), use.day_bytes);
  store(note.subspan(kMonthBytesAt), use.month_bytes);
  saved_at_ = now;
  // What the medium refused is tried again when as much has come together again.
  if (is_ok(note_.save(bytes))) saved_ = use;
}

}  // namespace hf::flows
