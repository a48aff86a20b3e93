#include "flows/announcing/announcing.h"

#include <algorithm>
#include <array>
#include <limits>

#include "vocabulary/bytes.h"
#include "wire/frames/roster_frame.h"

namespace hf::flows {
namespace {

constexpr Uptime kNever{std::numeric_limits<std::int64_t>::max()};
constexpr std::size_t kStreamsMax = 16;

// The note: fingerprint, zero, stream.
constexpr std::size_t kStreamAt = 8;
constexpr std::size_t kNoteBytes = 16;

wire::RosterEntry entry_of(const stores::SensorFacts& facts) {
  wire::RosterEntry entry;
  entry.equipment = facts.equipment;
  entry.sensor = facts.sensor;
  entry.unit.assign(facts.unit.view());
  entry.decimals = facts.decimals;
  return entry;
}

}  // namespace

Uptime Announcing::step(Uptime now) {
  if (now < not_before_) return not_before_;
  if (!has_read_) noted_ = read_note();
  has_read_ = true;
  const Announced wanted = due();
  if (wanted == noted_ || roster_.count() == 0) return kNever;
  const Status status = announce(now);
  if (!is_ok(status)) {
    ++counts_.failures;
    not_before_ = now + kRetryPeriod;
    return not_before_;
  }
  noted_ = wanted;
  ++counts_.rosters;
  // Not noted: it is announced once more after the next start (AN3).
  if (!is_ok(write_note(wanted))) ++counts_.failures;
  return kNever;
}

Announcing::Announced Announcing::due() const {
  std::array<std::uint64_t, kStreamsMax> streams;
  const std::uint32_t count = queue_.streams(streams);
  return {.roster = roster_.fingerprint(), .stream = count == 0 ? 0 : streams[count - 1]};
}

Status Announcing::announce(Uptime now) {
  const Status status = keep_parts(now);
  // In memory only is as good as it gets while the medium is away: the queue files it later.
  return status == Status::unavailable ? Status::ok : status;
}

Status Announcing::keep_parts(Uptime now) {
  wire::FrameHeader about;
  about.roster = roster_.fingerprint();
  about.boot = clock_.boot_id();
  about.first = about.last = now;
  wire::RosterBuilder builder;
  Status kept = Status::ok;
  std::uint32_t next = 0;
  while (next < roster_.count()) {
    HF_TRY(builder.begin(part_.first(kPartBytesMax), about,
                         SensorIndex{static_cast<std::uint16_t>(next)}));
    const std::uint32_t first = next;
    while (
        next < roster_.count() &&
        is_ok(builder.add(entry_of(roster_.at(SensorIndex{static_cast<std::uint16_t>(next)}))))) {
      ++next;
    }
    HF_ASSERT(next > first);  // a part holds any entry
    const auto size = builder.finish();
    if (!size.ok()) return size.status();
    const Status status = queue_.keep_event(part_.first(size.value()), now);
    if (!is_ok(status) && status != Status::unavailable) return status;
    if (!is_ok(status)) kept = status;
  }
  return kept;
}

Announcing::Announced Announcing::read_note() {
  std::array<std::byte, kNoteBytes> bytes{};
  const auto size = note_.load(bytes);
  if (!size.ok() || size.value() != kNoteBytes) return {};
  return {.roster = load_u32(bytes), .stream = load_u64(std::span{bytes}.subspan(kStreamAt))};
}

Status Announcing::write_note(const Announced& announced) {
  std::array<std::byte, kNoteBytes> bytes{};
  store(std::span{bytes}, announced.roster);
  store(std::span{bytes}.subspan(kStreamAt), announced.stream);
  return note_.save(bytes);
}

}  // namespace hf::flows
