#include "tools/hub/mirror/mirror.h"

#include "documents/admission.h"
#include "documents/hybrid_clock.h"
#include "documents/merge.h"
#include "documents/tombstones.h"
#include "tools/hub/mirror/down_payloads.h"
#include "vocabulary/bytes.h"

namespace hf::hub {

using documents::Document;
using documents::DocumentId;
using documents::DocumentView;

namespace {

constexpr std::string_view kRefusedAuthor = "gateway-refused";

// The clock of a server is taken for right: whoever runs one sees to that.
UtcReading reading_of(UtcTime now) {
  return {.at = now, .error = seconds(1), .quality = TimeQuality::synced};
}

documents::Stamp ceiling_at(UtcTime now) {
  return documents::HybridClock({}, documents::kNever).ceiling(reading_of(now));
}

// Losses are told while merging, by code that knows no exceptions; they are stored afterwards.
class Gathering final : public documents::LossSink {
 public:
  explicit Gathering(UtcTime now) : now_(now) {}
  void lost(const documents::Loss& loss) override { lost_.push_back(lost_of(loss, now_)); }
  std::vector<Lost> take() { return std::exchange(lost_, {}); }

 private:
  UtcTime now_;
  std::vector<Lost> lost_;
};

}  // namespace

struct Mirror::Rooms {
  Document ours;
  Document believed;
  Document merged;
  Document delta;
};

Mirror::Mirror(Sql& sql, std::uint64_t seed, const MirrorLimits& limits)
    : sql_(sql),
      table_(sql),
      graveyard_(sql),
      random_(seed),
      limits_(limits),
      rooms_(std::make_unique<Rooms>()) {}
Mirror::~Mirror() = default;

void Mirror::take(std::int64_t gateway_id, std::span<const CheckedFrame* const> frames, UtcTime now,
                  Mirrored& told) {
  table_.lock(gateway_id);
  for (const CheckedFrame* frame : frames) {
    wire::OpenedFrame opened;
    if (!is_ok(wire::open_frame(frame->bytes, opened))) continue;  // it was when it was checked
    if (frame->header.kind == wire::FrameKind::sync) {
      take_sync(gateway_id, opened.body, now, told);
      continue;
    }
    DocumentView delta;
    if (is_ok(DocumentView::parse(opened.body, delta))) {
      merge(gateway_id, delta, true, now, told);
    } else {
      ++told.unreadable;
    }
  }
}

void Mirror::take_sync(std::int64_t gateway_id, std::span<const std::byte> body, UtcTime now,
                       Mirrored& told) {
  documents::Message message;
  Status status = Status::ok;
  while (is_ok(status = documents::take_message(body, message))) {
    documents::Refusal refusal;
    DocumentView delta;
    switch (message.kind) {
      case documents::MessageKind::delta:
        status = DocumentView::parse(message.body, delta);
        if (is_ok(status)) merge(gateway_id, delta, true, now, told);
        break;
      case documents::MessageKind::refusal:
        status = documents::read_refusal(message.body, refusal);
        if (is_ok(status)) roll_back(gateway_id, refusal, now, told);
        break;
      default:
        told.questions.push_back({gateway_id, message.kind, std::string{text_of(message.body)}});
        break;
    }
    if (!is_ok(status)) ++told.unreadable;
  }
  if (status != Status::not_found) ++told.unreadable;
}

// What we have of it, without what our clock does not believe any more. `bytes` outlives the view.
DocumentView Mirror::ours_of(std::int64_t gateway_id, const DocumentId& id, std::string& bytes,
                             UtcTime now, Mirrored& told) {
  bytes = table_.find(gateway_id, id);
  DocumentView ours;
  if (!is_ok(DocumentView::parse(bytes_of(bytes), ours))) {
    rooms_->ours.begin(id);
    return rooms_->ours.view();
  }
  const documents::Stamp ceiling = ceiling_at(now);
  if (documents::is_believed(ours, ceiling)) return ours;
  Gathering losses(now);
  documents::admit(ours, ceiling, rooms_->ours, losses);
  keep(gateway_id, losses.take(), told);
  return rooms_->ours.view();
}

void Mirror::keep(std::int64_t gateway_id, std::vector<Lost> losses, Mirrored& told) {
  for (Lost& lost : losses) {
    table_.keep(gateway_id, std::move(lost), limits_.losses_max);
    ++told.lost;
  }
}

void Mirror::merge(std::int64_t gateway_id, const DocumentView& delta, bool is_theirs, UtcTime now,
                   Mirrored& told) {
  Gathering losses(now);
  DocumentView believed = delta;
  const documents::Stamp ceiling = ceiling_at(now);
  if (!documents::is_believed(delta, ceiling)) {
    documents::admit(delta, ceiling, rooms_->believed, losses);
    keep(gateway_id, losses.take(), told);
    believed = rooms_->believed.view();
    ++told.ahead_of_time;
    if (!believed.lives() && !believed.grave().present()) return;
  }
  std::string bytes;
  const DocumentView ours = ours_of(gateway_id, delta.id(), bytes, now, told);
  const bool is_new = bytes.empty();
  if (is_new && documents::is_long_gone(believed, now)) return;  // G3
  if (is_new && table_.count(gateway_id) >= limits_.documents_max) {
    ++told.beyond;
    return;
  }
  const documents::Policy policy = documents::policy_of(delta.id().collection);
  documents::merge(ours, believed, policy, rooms_->merged, losses);
  const DocumentView merged = rooms_->merged.view();
  const bool is_news = text_of(merged.bytes()) != bytes;
  ++(is_news ? told.merged : told.known);
  if (is_news) {
    table_.put(gateway_id, merged, now);
    graveyard_.changed(gateway_id, merged);
  }
  const bool is_held = is_theirs && merged.is_tombstone() && believed.grave().present() &&
                       believed.grave().stamp == merged.grave().stamp;
  if (is_held) graveyard_.held(gateway_id, merged, now);
  keep(gateway_id, losses.take(), told);
}

// The gateway will not have a write of ours: what stood there before comes back, as an edit. Where
// that is refused as well nothing does, or two wrong values would come back in turns for ever.
void Mirror::roll_back(std::int64_t gateway_id, const documents::Refusal& refusal, UtcTime now,
                       Mirrored& told) {
  std::string bytes;
  const DocumentView ours = ours_of(gateway_id, refusal.id, bytes, now, told);
  documents::Field field;
  const bool stands = ours.find(refusal.field, field) &&
                      field.at(documents::Place::upstream).present() &&
                      field.at(documents::Place::upstream).stamp == refusal.stamp;
  if (!stands) return;
  documents::Change before{.field = refusal.field, .value = {}};
  const bool came_back = field.at(documents::Place::upstream).author == kRefusedAuthor;
  std::vector<documents::AuditEntry> losses;
  if (!came_back) losses = table_.losses(gateway_id, refusal.id);
  for (const documents::AuditEntry& each : losses) {
    const bool is_it = each.won_stamp == refusal.stamp && each.part == refusal.field.part &&
                       each.field.view() == refusal.field.text;
    if (is_it) before = documents::restored(each);
  }
  static_cast<void>(is_ok(change_locked(
      gateway_id, {.id = refusal.id, .changes = {&before, 1}, .author = kRefusedAuthor}, now,
      told)));
}

Status Mirror::set(std::int64_t gateway_id, const DocumentId& id,
                   std::span<const documents::Change> changes, std::string_view author,
                   UtcTime now) {
  return change(gateway_id, {.id = id, .changes = changes, .author = author}, now);
}

Status Mirror::remove(std::int64_t gateway_id, const DocumentId& id, std::string_view author,
                      UtcTime now) {
  return change(gateway_id, {.id = id, .changes = {}, .author = author, .buries = true}, now);
}

Status Mirror::restore(std::int64_t gateway_id, std::uint64_t number, std::string_view author,
                       UtcTime now) {
  const auto entry = table_.loss(gateway_id, number);
  if (!entry) return Status::not_found;
  const documents::Change change = documents::restored(*entry);
  return set(gateway_id, {.collection = entry->collection.view(), .key = entry->key.view()},
             {&change, 1}, author, now);
}

Status Mirror::change(std::int64_t gateway_id, const Edit& edit, UtcTime now) {
  if (!documents::is_document_id(edit.id)) return Status::invalid;
  constexpr int kAttemptsMax = 8;
  for (int attempt = 1;; ++attempt) {
    try {
      Transaction transaction(sql_);
      table_.lock(gateway_id);
      Mirrored told;
      HF_TRY(change_locked(gateway_id, edit, now, told));
      if (told.beyond > 0) return Status::full;
      transaction.commit();
      return Status::ok;
    } catch (const Conflict&) {
      if (attempt == kAttemptsMax) throw;
    }
  }
}

Status Mirror::change_locked(std::int64_t gateway_id, const Edit& edit, UtcTime now,
                             Mirrored& told) {
  documents::Origin origin;
  while (origin.value == 0) origin.value = static_cast<std::uint32_t>(random_.next());
  documents::HybridClock clock(origin, documents::kNever);
  const UtcReading reading = reading_of(now);
  std::string bytes;
  const DocumentView ours = ours_of(gateway_id, edit.id, bytes, now, told);
  HF_TRY(clock.observe(ours.latest(), reading));
  clock.reserve(clock.reservation(reading));
  const Result<documents::Stamp> stamp = clock.issue(reading);
  HF_TRY(stamp);
  const documents::Signature by{
      .stamp = stamp.value(), .side = documents::Side::upstream, .author = edit.author};
  HF_TRY(edit.buries ? documents::bury(ours, by, rooms_->delta)
                     : documents::create(ours, edit.changes, by, rooms_->delta));
  const DocumentView delta = rooms_->delta.view();
  merge(gateway_id, delta, false, now, told);
  for (std::string& payload : delta_payloads(delta)) {
    table_.add({.gateway_id = gateway_id,
                .topic_class = wire::TopicClass::state_down,
                .payload = std::move(payload),
                .expires = now + kEditExpiry});
  }
  return Status::ok;
}

}  // namespace hf::hub
