#include "surfaces/control/activity_verbs.h"

#include <algorithm>

#include "files/sealing/digest.h"
#include "surfaces/control/request.h"
#include "wire/channel/control_line.h"
#include "wire/uplink/health.h"

namespace hf::surfaces {
namespace {

// An entry takes at most 1,062 bytes, should each character of it need escaping.
constexpr std::uint32_t kListedMax = 60;
// Looked at for one answer: reading one costs 10 microseconds on a desk, and sampling waits.
constexpr std::uint32_t kLookedAtMax = 500;

// The time of day as the anchors know it now; what it was taken for then; or nothing.
bool time_of(const Sights& sights, const stores::ActivityEntry& entry, UtcTime& utc,
             TimeQuality& quality) {
  stores::UtcSpan span;
  if (is_ok(sights.anchors.place(entry.boot, entry.uptime, span)) &&
      span.quality >= TimeQuality::coarse) {
    utc = span.likely;
    quality = span.quality;
    return true;
  }
  utc = entry.utc;
  quality = entry.quality;
  return entry.quality >= TimeQuality::coarse;
}

void show_entry(const Sights& sights, std::uint64_t number, const stores::ActivityEntry& entry,
                wire::JsonWriter& json) {
  wire::HexDigits boot;
  UtcTime utc;
  TimeQuality quality = TimeQuality::unset;
  json.open_object();
  json.member("number", number);
  json.member("kind", to_text(entry.kind));
  json.member("who", entry.who.view());
  json.member("what", entry.what.view());
  if (time_of(sights, entry, utc, quality)) json.member("utc_ms", utc.ms);
  json.member("utc_quality", to_text(quality));
  json.member("boot", wire::hex_of(entry.boot.value, boot));
  json.member("uptime_ms", entry.uptime.ms);
  if (entry.left_out > 0) json.member("left_out", entry.left_out);
  json.close_object();
}

struct Wanted {
  bool of_one_kind = false;
  stores::ActivityKind kind = stores::ActivityKind::boot;
  std::int64_t since_ms = INT64_MIN;
  std::uint64_t before = UINT64_MAX;
};

Status read_wanted(const Sights& sights, const Request& request, Wanted& wanted) {
  if (const std::string_view word = request.find("kind").text(); !word.empty()) {
    const Result<stores::ActivityKind> kind = stores::activity_kind_of(word);
    if (!kind.ok()) {
      sights.problem.meant = wire::nearest_word(word, stores::activity_kind_words());
      return request.tell(Status::not_found, "there is no such kind: ", word);
    }
    wanted.of_one_kind = true;
    wanted.kind = kind.value();
  }
  wanted.since_ms = request.find("since_ms").integer().value_or(INT64_MIN);
  const std::int64_t before = request.find("before").integer().value_or(INT64_MAX);
  if (before <= 0) return request.tell(Status::invalid, "entries count from 1: \"before\"");
  wanted.before = static_cast<std::uint64_t>(before);
  return Status::ok;
}

// Entries stand in order of being written, and one that had to wait for its turn is older than some
// before it. So all are looked at, not only down to the first that is too old.
bool is_wanted(const Sights& sights, const Wanted& wanted, const stores::ActivityEntry& entry) {
  if (wanted.of_one_kind && entry.kind != wanted.kind) return false;
  UtcTime utc;
  TimeQuality quality = TimeQuality::unset;
  return wanted.since_ms == INT64_MIN || !time_of(sights, entry, utc, quality) ||
         utc.ms >= wanted.since_ms;
}

}  // namespace

Status list_activity(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  Wanted wanted;
  HF_TRY(read_wanted(sights, request, wanted));
  stores::Activity& activity = sights.activity;
  json.open_array("activity");
  std::uint32_t listed = 0;
  std::uint64_t number = std::min(wanted.before, activity.newest().number + 1);
  const std::uint64_t oldest = activity.oldest();
  std::uint32_t looked_at = 0;
  for (; number > oldest && listed < kListedMax && looked_at < kLookedAtMax; ++looked_at) {
    stores::ActivityEntry entry;
    const Status status = activity.read(--number, entry);
    if (status == Status::unavailable || status == Status::busy) {
      return request.tell(status, "the medium cannot be read now: try again");
    }
    // One that is not there, or not readable: activity.verify says where and why.
    if (!is_ok(status) || !is_wanted(sights, wanted, entry)) continue;
    show_entry(sights, number, entry, json);
    ++listed;
  }
  json.close_array();
  json.member("oldest", oldest);
  json.member("newest", activity.newest().number);
  json.member("left_out", activity.counts().left_out);
  if (number > oldest) json.member("more_before", number);
  return Status::ok;
}

Status verify_activity(const Sights& sights, std::string_view arguments, wire::JsonWriter& json) {
  Request request(sights);
  HF_TRY(request.read(arguments));
  stores::Activity& activity = sights.activity;
  const std::int64_t after = request.find("after").integer().value_or(0);
  if (after < 0) return request.tell(Status::invalid, "entries count from 1: \"after\"");
  stores::ActivityCheck check{.through = static_cast<std::uint64_t>(after)};
  if (const Status status = activity.check(check, kLookedAtMax); !is_ok(status)) {
    return request.tell(status, "the activity cannot be read now: ", to_text(status));
  }
  files::DigestHex hex;
  json.member("through", check.through);
  json.member("is_done", check.is_done);
  if (check.fault != stores::ActivityFault::none) {
    json.member("fault", to_text(check.fault));
    json.member("fault_at", check.fault_at);
  }
  json.member("oldest", activity.oldest());
  json.member("newest", activity.newest().number);
  json.member("digest", files::hex_of(activity.newest().digest, hex));
  const std::int64_t number = request.find("number").integer().value_or(0);
  if (number <= 0) return Status::ok;
  stores::ActivityMark mark;
  const Status status = activity.read_mark(static_cast<std::uint64_t>(number), mark);
  const bool is_kept = is_ok(status);
  json.member("is_kept", is_kept);
  json.member("matches",
              is_kept && files::hex_of(mark.digest, hex) == request.find("digest").text());
  return Status::ok;
}

}  // namespace hf::surfaces
