#include "tools/hub/mirror/graveyard.h"

#include <set>
#include <string>
#include <vector>

#include "documents/encoding.h"
#include "documents/tombstones.h"
#include "tools/hub/mirror/document_table.h"
#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

using documents::CollectionDigest;
using documents::Digest;
using documents::DocumentView;

// Tells one life's grave from the next one's.
std::string name_of(const documents::Stamp& stamp) {
  return std::to_string(stamp.ms) + "." + std::to_string(stamp.counter) + "." +
         std::to_string(stamp.origin.value);
}

template <typename See>
void each_of(const MirroredSet& ours, std::string_view collection, See see) {
  for (std::uint32_t place = ours.first_of(collection); place < ours.count(); ++place) {
    const DocumentView document = ours.at(place);
    if (document.id().collection != collection) break;
    see(document);
  }
}

// Graves of ours that the gateway holds, or will never need, as its question shows.
class Held {
 public:
  Held(const MirroredSet& ours, UtcTime now) : ours_(ours), now_(now) {}

  void hear(const documents::Message& asked) {
    documents::ByteReader reader(asked.body);
    switch (asked.kind) {
      case documents::MessageKind::digests: return hear_digests(reader);
      case documents::MessageKind::buckets: return hear_buckets(reader);
      case documents::MessageKind::listing: return hear_listing(reader);
      default: return;
    }
  }
  const std::vector<DocumentView>& graves() const { return graves_; }

 private:
  void hear_digests(documents::ByteReader& reader) {
    while (!reader.at_end()) {
      const std::string_view collection = reader.short_text();
      const Digest theirs = reader.number<Digest>();
      if (!reader.fits()) return;
      CollectionDigest digest;
      each_of(ours_, collection, [&](const DocumentView& each) { digest.add(each); });
      if (digest.whole() == theirs) each_of(ours_, collection, [this](auto each) { note(each); });
    }
  }

  void hear_buckets(documents::ByteReader& reader) {
    const std::string_view collection = reader.short_text();
    CollectionDigest digest;
    each_of(ours_, collection, [&](const DocumentView& each) { digest.add(each); });
    std::array<bool, limits::kDigestBuckets> is_alike{};
    for (std::uint32_t bucket = 0; bucket < limits::kDigestBuckets; ++bucket) {
      is_alike[bucket] = reader.number<Digest>() == digest.buckets()[bucket];
    }
    if (!reader.fits()) return;
    each_of(ours_, collection, [&](const DocumentView& each) {
      if (is_alike[CollectionDigest::bucket_of(each.id())]) note(each);
    });
  }

  void hear_listing(documents::ByteReader& reader) {
    documents::Listing listing;
    if (!is_ok(documents::read_listing(reader, listing))) return;
    std::set<std::string_view> known;
    while (!reader.at_end()) {
      known.insert(reader.short_text());
      reader.number<Digest>();
    }
    if (!reader.fits()) return;
    each_of(ours_, listing.collection, [&](const DocumentView& each) {
      const std::string_view key = each.id().key;
      const bool is_within = key > listing.after &&
                             (listing.through.empty() || key <= listing.through) &&
                             CollectionDigest::bucket_of(each.id()) == listing.bucket;
      if (is_within && !known.contains(key) && documents::is_long_gone(each, now_)) note(each);
    });
  }

  void note(const DocumentView& document) {
    if (document.is_tombstone()) graves_.push_back(document);
  }

  const MirroredSet& ours_;
  UtcTime now_;
  std::vector<DocumentView> graves_;
};

}  // namespace

void Graveyard::changed(std::int64_t gateway_id, const DocumentView& document) {
  sql_.query("DELETE FROM grave WHERE gateway_id = $1 AND collection = $2 AND name = $3",
             {gateway_id, document.id().collection, document.id().key});
}

void Graveyard::held(std::int64_t gateway_id, const DocumentView& grave, UtcTime now) {
  sql_.query(
      "INSERT INTO grave (gateway_id, collection, name, stamp, held_ms)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (gateway_id, collection, name) DO NOTHING",
      {gateway_id, grave.id().collection, grave.id().key, name_of(grave.grave().stamp), now.ms});
}

void Graveyard::heard(std::int64_t gateway_id, const MirroredSet& ours,
                      std::span<const documents::Message> asked, UtcTime now) {
  Held held_there(ours, now);
  for (const documents::Message& each : asked) held_there.hear(each);
  if (held_there.graves().empty()) return;
  Transaction transaction(sql_);
  DocumentTable table(sql_);
  table.lock(gateway_id);
  for (const DocumentView& each : held_there.graves()) {
    const bool still_stands = table.find(gateway_id, each.id()) == text_of(each.bytes());
    if (still_stands) held(gateway_id, each, now);
  }
  transaction.commit();
}

// By gateway: no lock is held longer than one gateway's graves take.
void Graveyard::step(UtcTime now) {
  if (now < look_at_ && look_at_ - now <= kLookEvery) return;
  look_at_ = now + kLookEvery;
  const std::int64_t held_until = now.ms - limits::kTombstoneLifetime.ms;
  const Rows gateways =
      sql_.query("SELECT DISTINCT gateway_id FROM grave WHERE held_ms <= $1", {held_until});
  for (const Row& row : gateways) {
    const std::int64_t id = row.at(0).number();
    Transaction transaction(sql_);
    DocumentTable table(sql_);
    table.lock(id);
    const Rows graves = sql_.query(
        "DELETE FROM grave WHERE gateway_id = $1 AND held_ms <= $2"
        " RETURNING collection, name, stamp, held_ms",
        {id, held_until});
    for (const Row& grave : graves) {
      const std::string collection = grave.at(0).text();
      const std::string key = grave.at(1).text();
      const std::string bytes = table.find(id, {.collection = collection, .key = key});
      DocumentView document;
      const bool is_due =
          is_ok(DocumentView::parse(bytes_of(bytes), document)) &&
          name_of(document.grave().stamp) == grave.at(2).text() &&
          documents::may_be_forgotten(document, now - UtcTime{grave.at(3).number()});
      if (!is_due) continue;
      table.erase(id, document.id());
      ++forgotten_;
    }
    transaction.commit();
  }
}

}  // namespace hf::hub
