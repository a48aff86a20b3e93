// How much room there is, and when something must go for it.
#include "stores/offline_queue/upkeep.h"

namespace hf::stores::queue {
namespace {

// How full the file may be before something goes: the rest is for a batch that comes meanwhile.
constexpr std::uint64_t kQuotaParts = 8;

// What the queue leaves free of a medium that is smaller than its quota, or filled by somebody
// else: the journals of both files, and notes. No more than this part of the medium.
constexpr std::uint64_t kBytesForOthers = 1 << 20;
constexpr std::uint64_t kOthersParts = 16;

std::uint64_t less(std::uint64_t bytes, std::uint64_t taken) {
  return bytes - std::min(bytes, taken);
}

}  // namespace

Status Upkeep::look_for_room(Room& room) {
  const Result<files::PageUse> use = queue_.file.database().page_use();
  HF_TRY(use);
  const std::uint64_t page_bytes = queue_.settings.page_bytes;
  const std::uint64_t file_bytes = use.value().pages * page_bytes;
  const std::uint64_t bytes_unused = use.value().pages_free * page_bytes;
  // What is being salvaged is here twice for as long as that takes: minutes.
  const std::uint64_t aside = queue_.is_salvaging() ? 0 : queue_.asides.bytes;
  const std::uint64_t quota = queue_.settings.file_bytes_max;
  room = {.left = less(quota, file_bytes - bytes_unused + aside),
          .left_on_medium = UINT64_MAX,
          .part = quota / kQuotaParts};
  const Result<hal::Space> space = queue_.flash.space();
  if (!space.ok()) return Status::ok;
  const std::uint64_t others = std::min(kBytesForOthers, space.value().bytes_total / kOthersParts);
  const std::uint64_t free = less(space.value().bytes_free, others);
  room.left_on_medium = bytes_unused + free;
  room.part = std::min(room.part, (file_bytes + aside + free) / kQuotaParts);
  return Status::ok;
}

Result<std::uint64_t> Upkeep::bytes_until_relief() {
  Room room;
  HF_TRY(look_for_room(room));
  return std::min(less(room.left, queue_.settings.file_bytes_max / kQuotaParts),
                  less(room.left_on_medium, queue_.work.size()));
}

Result<bool> Upkeep::is_near_quota() {
  Room room;
  HF_TRY(look_for_room(room));
  if (queue_.asides.count > files::kAsideFilesMax && !queue_.is_salvaging()) return true;
  return room.left < queue_.settings.file_bytes_max / kQuotaParts ||
         room.left_on_medium < queue_.work.size();
}

Status Upkeep::make_room(std::uint64_t bytes) {
  constexpr int kStepsMax = 1000;             // it ends sooner: each step frees at least one row
  constexpr std::uint64_t kPagesBeside = 12;  // of the trees, the ledger and gap records
  const std::uint64_t wanted = bytes + kPagesBeside * queue_.settings.page_bytes;
  for (int step = 0; step < kStepsMax; ++step) {
    Room room;
    HF_TRY(look_for_room(room));
    if (std::min(room.left, room.left_on_medium) >= wanted) return Status::ok;
    const Status relieved = relieve();
    if (relieved == Status::not_found) break;
    HF_TRY(relieved);
  }
  return Status::full;
}

// A file set aside tells how a card went bad; that is worth less than readings nobody else has.
Status Upkeep::give_up_aside() {
  if (queue_.is_salvaging() || queue_.asides.count == 0) return Status::not_found;
  HF_TRY(files::give_up_aside(queue_.flash, kFileStem, queue_.asides.first_to_go));
  ++queue_.counters.files_given_up;
  queue_.asides = files::asides(queue_.flash, kFileStem);
  return Status::ok;
}

}  // namespace hf::stores::queue
