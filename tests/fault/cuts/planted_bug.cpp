#include "tests/fault/cuts/planted_bug.h"

#include <algorithm>
#include <vector>

#include "files/aside/aside.h"
#include "stores/offline_queue/frame_sealing.h"
#include "stores/offline_queue/journal_record.h"

namespace hf::test {
namespace {

using stores::queue::JournalHead;
using stores::queue::JournalRecordReader;
using stores::queue::JournalRecordWriter;

void forget_every(QueueWork& work, sim::FlashCall call) {
  sim::PlannedFault forgetting;
  forgetting.call = call;
  forgetting.fault = sim::Fault::forgotten;
  forgetting.times = sim::kForEver;
  work.on.flash.plan(forgetting);
}

// Leaves in the queue file what the bug would have left there.
void change_file(QueueWork& work, std::initializer_list<const char*> statements) {
  QueueOnSim& on = work.on;
  if (!files::is_there(on.flash, stores::queue::kFileName)) return;
  files::Engine engine({queue_room().arena, queue_room().page_cache}, on.flash, ++on.boots);
  files::Database database(engine);
  if (!is_ok(engine.start())) return;
  const files::DatabaseSettings settings{.file = stores::queue::kFileName,
                                         .application_id = stores::queue::kApplicationId,
                                         .page_bytes = on.settings.page_bytes,
                                         .file_bytes_max = on.settings.file_bytes_max,
                                         .cache_pages = 10};
  if (!is_ok(database.open(settings, stores::queue::schema()))) return;
  for (const char* sql : statements) {
    files::Statement statement;
    if (is_ok(statement.prepare(database, sql))) static_cast<void>(is_ok(statement.run()));
  }
}

// The same record, which is not sealed, without its word on what had been reserved.
std::vector<std::byte> without_reservation(std::span<const std::byte> record) {
  constexpr std::size_t kSpareBytes =
      16;  // the writer wants room for a longer length than it writes
  std::vector<std::byte> changed(record.size() + kSpareBytes);
  constexpr std::size_t kKeyBytes = stores::queue::FrameSealing::kKeyBytes;
  JournalRecordReader reader(record.subspan(kKeyBytes));
  JournalHead head;
  if (!is_ok(reader.take_head(head))) return {};
  head.reserved_to = {};
  JournalRecordWriter writer(std::span{changed}.subspan(kKeyBytes), head);
  std::span<const std::byte> frame;
  while (is_ok(reader.take_frame(frame))) static_cast<void>(is_ok(writer.add(frame)));
  changed.resize(kKeyBytes + writer.bytes());
  return changed;
}

void forget_reservations_in_journal(QueueWork& work) {
  QueueOnSim& on = work.on;
  if (!files::is_there(on.flash, stores::queue::kJournalName)) return;
  std::vector<std::vector<std::byte>> records;
  files::Journal::Found found;
  {
    files::Journal journal(on.flash, stores::queue::kJournalName, on.settings.journal_bytes,
                           queue_room().journal_scratch);
    if (!is_ok(journal.open(files::Journal::kNone, found))) return;
    files::Journal::Cursor cursor;
    files::Journal::Record record;
    while (is_ok(journal.read(cursor, record))) {
      records.push_back(without_reservation(record.bytes));
    }
  }
  static_cast<void>(is_ok(on.flash.remove(stores::queue::kJournalName)));
  files::Journal journal(on.flash, stores::queue::kJournalName, on.settings.journal_bytes,
                         queue_room().journal_scratch);
  static_cast<void>(is_ok(journal.open(files::Journal::kNone, found)));
  for (const auto& record : records) static_cast<void>(journal.append(record).ok());
}

// Positions are given without a word about it on flash, so they are given again after a cut.
void reuse_positions(QueueWork& work) {
  change_file(work, {"UPDATE stream SET readings_reserved_to = readings_accounted_to",
                     "UPDATE ledger SET journal_kept_through = 0"});
  forget_reservations_in_journal(work);
}

// The power went between the commit that passed positions over and the one that was to say so.
void lose_gap_record(QueueWork& work) {
  change_file(work, {"UPDATE stream SET readings_accounted_to = readings_reserved_to"});
}

// Keys go while there are frames under them.
void erase_keys(QueueWork& work) {
  for (std::uint16_t number = 1; number < 8; ++number) {
    static_cast<void>(is_ok(work.on.keys.erase({hal::SecretKind::data_key, number})));
  }
}

// clang-format off
constexpr PlantedBug kBugs[] = {
    {"sync_left_out", "files are never synced",
     [](QueueWork& work) { forget_every(work, sim::FlashCall::sync); }, nullptr},
    {"directory_sync_left_out", "names are never synced",
     [](QueueWork& work) { forget_every(work, sim::FlashCall::sync_directory); }, nullptr},
    {"position_reuse", "positions are given without being reserved on flash",
     [](QueueWork& work) { work.on.settings.is_sealed = false; }, reuse_positions},
    {"acknowledged_before_stored", "an event is called safe before it is stored",
     [](QueueWork& work) { work.promises_early = true; }, nullptr},
    {"gap_record_in_second_transaction", "what a gap record tells of is committed before it",
     nullptr, lose_gap_record},
    {"key_erased_too_early", "a key is erased while there are frames under it",
     nullptr, erase_keys},
};
// clang-format on

}  // namespace

std::span<const PlantedBug> planted_bugs() { return kBugs; }

const PlantedBug* find_planted_bug(std::string_view name) {
  const auto bug = std::ranges::find(kBugs, name, &PlantedBug::name);
  return bug == std::end(kBugs) ? nullptr : bug;
}

}  // namespace hf::test
