#include "tests/crashes/left_behind.h"

#include <memory>
#include <set>
#include <tuple>

#include "documents/policy.h"
#include "flows/compacting/wire_shaping.h"
#include "gateway/gateway_memory.h"
#include "platform/linux/entropy.h"
#include "platform/linux/flash.h"
#include "platform/linux/keys.h"
#include "state/replica.h"
#include "stores/offline_queue/offline_queue.h"
#include "wire/frames/readings_frame.h"

namespace hf::test {
namespace {

constexpr BootId kBootOfOurs{0x6d6f6272756e7365};  // no board has drawn it
constexpr Uptime kNow{1000};

gateway::GatewayMemory memory;

std::string in_words(const char* what, Status status) {
  return std::string(what) + ": " + std::string(to_text(status));
}

// Every row of a frame of readings that lies in `wanted`.
bool take_readings(const stores::Offer& offer, FoundReadings& found) {
  wire::ReadingsCursor cursor;
  if (!is_ok(cursor.open(offer.bytes))) return false;
  const wire::FrameHeader& header = cursor.header();
  if (header.stream != offer.stream || header.position != offer.frame_rows.first) return false;
  std::vector<Uptime> rows(header.row_count);
  if (!is_ok(cursor.take_rows(rows))) return false;
  static wire::ColumnRoom room;
  while (cursor.has_next()) {
    wire::SensorColumn column;
    if (!is_ok(cursor.take(room.space(), column))) return false;
    for (std::size_t i = 0; i < column.rows.size(); ++i) {
      if (!offer.rows.contains(header.position + column.rows[i])) continue;
      found.add(header.boot.value, {.at = rows[column.rows[i]],
                                    .value = column.values[i],
                                    .sensor = column.sensor,
                                    .quality = column.qualities[i]});
    }
  }
  return is_ok(cursor.status());
}

}  // namespace

struct LeftBehind::Parts {
  explicit Parts(const std::string& folder)
      : flash((folder + "/files").c_str()), keys((folder + "/keys").c_str()) {}

  on_linux::Flash flash;
  on_linux::Keys keys;
  on_linux::Entropy entropy;
  files::MeteredFlash metered{flash};
  files::Engine engine{{memory.sqlite_arena, memory.sqlite_page_cache}, metered, kBootOfOurs.value};
  files::Sealing sealing{keys};
  flows::compacting::WireShaping shaping;
  stores::OfflineQueue queue{engine,
                             metered,
                             shaping,
                             memory.queue(),
                             stores::QueueSettings{},
                             {&sealing, &entropy, memory.sealed_frame}};
  state::Shelf shelf{engine, metered};
  state::Replica replica{shelf, memory.state.replica(), kBootOfOurs.value};
  std::set<std::tuple<std::uint64_t, wire::Lane, std::uint64_t>> positions;
};

bool LeftBehind::drain(Parts& parts) {
  for (const auto choice :
       {stores::Choice::events, stores::Choice::live, stores::Choice::backlog}) {
    for (;;) {
      stores::Offer offer;
      const Status status = parts.queue.peek(choice, kNow, memory.frame, offer);
      if (status == Status::not_found) break;
      if (!is_ok(status)) return false;
      ++frames;
      for (auto at = offer.rows.first; at < offer.rows.end; ++at) {
        rows_twice += parts.positions.emplace(offer.stream, offer.lane, at).second ? 0 : 1;
      }
      if (offer.lane == wire::Lane::readings) {
        frames_corrupt += take_readings(offer, readings) ? 0 : 1;
      } else {
        ++(offer.kind == wire::FrameKind::gap ? gaps : events);
      }
      if (!is_ok(parts.queue.acknowledge(offer.stream, offer.lane, offer.rows))) return false;
    }
  }
  return true;
}

std::string LeftBehind::read_note(Parts& parts) {
  if (const Status status = parts.shelf.open(kNow); !is_ok(status)) {
    return in_words("the state file does not open", status);
  }
  files_aside += parts.shelf.counts().files_set_aside;
  if (const Status status = parts.replica.load({}); !is_ok(status)) {
    return in_words("the documents do not load", status);
  }
  documents::DocumentView document;
  documents::Field field;
  if (!parts.replica.find({.collection = kNoteCollection, .key = kNoteKey}, document)) return {};
  if (!document.find({documents::Part::desired, kNoteField}, field)) return {};
  const documents::Write* const write =
      documents::in_effect(field, documents::policy_of(kNoteCollection));
  if (write != nullptr) note = write->value.as_text();
  return {};
}

std::string LeftBehind::read(const std::string& folder) {
  const auto parts = std::make_unique<Parts>(folder);
  if (const Status status = parts->engine.start(); !is_ok(status)) {
    return in_words("SQLite does not start", status);
  }
  if (const Status status = parts->queue.open(kBootOfOurs, kNow); !is_ok(status)) {
    return in_words("the queue does not open", status);
  }
  is_on_flash = parts->queue.keeping() == stores::Keeping::on_flash;
  files_aside += parts->queue.figures(kNow).set_aside.number == 0 ? 0 : 1;
  if (!drain(*parts)) return "the queue does not give out what it has";
  return read_note(*parts);
}

}  // namespace hf::test
