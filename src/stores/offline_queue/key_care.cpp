#include "stores/offline_queue/key_care.h"

namespace hf::stores::queue {
namespace {

constexpr std::uint32_t kRowsAtOnce = 64;
constexpr std::uint32_t kKeysAtOnce = 8;

// A look at 10,000 rows reads as many pages: once a day is nothing.
constexpr Duration kLookPeriod = days(1);

}  // namespace

Status KeyCare::rotate() {
  if (!queue_.settings.is_sealed) return Status::not_found;
  const std::int64_t used_ms = queue_.running_ms(now_) - queue_.ledger.cipher_key_since_ms;
  const bool is_old = queue_.settings.key_period.ms > 0 && used_ms >= queue_.settings.key_period.ms;
  if (queue_.sealing.current() != files::kNotSealed && !is_old) return Status::not_found;
  // No randomness yet, no room for a key, no cipher here: the old one does, or none has to.
  if (!is_ok(queue_.sealing.rotate())) return Status::not_found;
  ++queue_.counters.keys_made;
  return commit(queue_.ledger.cipher_key_oldest);
}

Status KeyCare::drop_unused() {
  const files::KeyNumber current = queue_.sealing.current();
  const bool has_old = current != files::kNotSealed && queue_.ledger.cipher_key_oldest < current;
  if (!has_old || queue_.is_salvaging()) return Status::not_found;
  KeyLook& look = queue_.key_look;
  if (queue_.running_ms(now_) < look.next_ms) return Status::not_found;
  const Status looked = look_through();
  if (looked != Status::not_found) return looked;
  const files::KeyNumber in_use = std::min(look.oldest_seen, current);
  look = {};
  look.next_ms = queue_.running_ms(now_) + kLookPeriod.ms;
  const bool is_in_journal =
      queue_.journal.bytes_used() > 0 && queue_.journal_key != files::kNotSealed;
  return erase_below(is_in_journal ? std::min(in_use, queue_.journal_key) : in_use);
}

// ok: there are more rows.  not_found: that was the last one.
Status KeyCare::look_through() {
  KeyLook& look = queue_.key_look;
  FiledFrame frame;
  for (std::uint32_t row = 0; row < kRowsAtOnce; ++row) {
    HF_TRY(queue_.file.find_from(look.from, frame));
    if (frame.key != files::kNotSealed) look.oldest_seen = std::min(look.oldest_seen, frame.key);
    look.from = {frame.place.key + 1};
  }
  return Status::ok;
}

Status KeyCare::erase_below(files::KeyNumber oldest_in_use) {
  files::KeyNumber oldest = queue_.ledger.cipher_key_oldest;
  for (std::uint32_t erased = 0; oldest < oldest_in_use && erased < kKeysAtOnce; ++erased) {
    if (!is_ok(queue_.sealing.erase(oldest))) break;  // the key store: again tomorrow
    ++oldest;
    ++queue_.counters.keys_erased;
  }
  return oldest > queue_.ledger.cipher_key_oldest ? commit(oldest) : Status::not_found;
}

Status KeyCare::commit(files::KeyNumber oldest) {
  Filing filing(queue_, now_, wire::GapReason::medium);
  HF_TRY(filing.begin());
  HF_TRY(filing.file_events());
  filing.ledger().cipher_key_oldest = oldest;
  return filing.commit();
}

}  // namespace hf::stores::queue
