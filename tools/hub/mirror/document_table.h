// The tables of the mirror: documents of all gateways, the values that lost in them, and what waits
// to be carried to a gateway.
//
// Everything may throw a Failure. One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "documents/audit.h"
#include "documents/document.h"
#include "tools/hub/mirror/mirrored_set.h"
#include "tools/hub/storage/sql.h"
#include "vocabulary/time.h"
#include "wire/uplink/topics.h"

namespace hf::hub {

// Something for a gateway that waits until it is there.
struct Errand {
  std::int64_t id = 0;
  std::int64_t gateway_id = 0;
  wire::TopicClass topic_class = wire::TopicClass::state_down;
  std::string payload;
  UtcTime expires;
};

// A value that lost, and which write it was: the same write again is the same loss.
struct Lost {
  documents::AuditEntry entry;
  std::string identity;
};
Lost lost_of(const documents::Loss& loss, UtcTime now);

class DocumentTable {
 public:
  // `sql` must outlive it.
  explicit DocumentTable(Sql& sql) : sql_(sql) {}

  // REQUIRES: a transaction. Until it ends nobody else changes documents of this gateway.
  void lock(std::int64_t gateway_id);

  // Empty: there is none, or it cannot be read any more.
  std::string find(std::int64_t gateway_id, const documents::DocumentId& id);
  std::uint64_t count(std::int64_t gateway_id);
  void put(std::int64_t gateway_id, const documents::DocumentView& document, UtcTime now);
  void erase(std::int64_t gateway_id, const documents::DocumentId& id);
  MirroredSet all_of(std::int64_t gateway_id);

  // A value that lost; at most `most` are kept of a gateway, the newest. One that is kept already
  // is not kept twice. REQUIRES: lock().
  void keep(std::int64_t gateway_id, Lost lost, std::uint64_t most);
  // By number. An empty collection or key: of any.
  std::vector<documents::AuditEntry> losses(std::int64_t gateway_id,
                                            const documents::DocumentId& id = {});
  std::optional<documents::AuditEntry> loss(std::int64_t gateway_id, std::uint64_t number);

  // Whether a comparison is due: nobody began one since `since`. Then it counts as begun `now`.
  bool begin_comparison(std::int64_t gateway_id, UtcTime since, UtcTime now);

  // A command, to be carried until it expires. False: one of that id was asked for before, or its
  // result came; nothing is carried again.
  struct AskedCommand {
    std::string_view id;
    std::string_view request;
  };
  bool ask(const AskedCommand& command, std::int64_t gateway_id, UtcTime expires, UtcTime now);
  // The message as it came; empty: none did so far.
  std::string result_of(std::int64_t gateway_id, std::string_view command_id);

  void add(const Errand& errand);
  // Those for gateways that are there, oldest first, not taken by anybody since `since`. They count
  // as taken `now`. What has expired is let go.
  std::vector<Errand> take_errands(UtcTime since, UtcTime now);
  // They were carried to the broker.
  void done(std::span<const std::int64_t> errand_ids);

 private:
  void begin(std::int64_t gateway_id);  // its row in `mirror` is there

  Sql& sql_;
};

}  // namespace hf::hub
