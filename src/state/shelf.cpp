#include "state/shelf.h"

#include <algorithm>
#include <array>

#include "documents/names.h"
#include "files/aside/aside.h"
#include "state/shelf_salvage.h"
#include "vocabulary/bytes.h"

namespace hf::state {
namespace {

// After a failure of the medium: soon again, then ever more rarely, but never given up.
constexpr Duration kRetryFirst = seconds(1);
constexpr Duration kRetryMax = minutes(5);
constexpr std::uint32_t kSalvageCachePages = 8;  // each page is read once or twice, in order
constexpr Duration kServePeriod = seconds(10);   // how long a log may be too long

bool may_name(std::string_view collection, std::string_view key) {
  return is_identifier(collection) && documents::is_name(key, limits::kDocumentKeyBytesMax);
}

}  // namespace

Status Shelf::open(Uptime now) {
  const Status status = open_or_begin_anew();
  if (is_ok(status)) {
    ++counts_.openings;
    retry_after_ = {};
    retry_at_ = now + kRetryFirst;  // for a medium that can be opened and not written
    return status;
  }
  file_.close();
  retry_after_ = std::clamp(retry_after_ * 2, kRetryFirst, kRetryMax);
  retry_at_ = now + retry_after_;
  return status;
}

// K6
Status Shelf::open_or_begin_anew() {
  file_.close();
  is_volatile_ = flash_.medium().is_volatile();
  Status status = is_damaged_ ? Status::corrupt : open_once();
  if (status == Status::corrupt || status == Status::refused) {
    set_aside_.found = is_damaged_ ? files::FileFound::damaged : file_.database().found().what;
    file_.close();
    const Result<std::uint32_t> number = files::set_aside(flash_, kFileStem);
    HF_TRY(number);
    set_aside_.number = number.value();
    ++counts_.files_set_aside;
    is_damaged_ = false;
    status = open_once();
  }
  HF_TRY(status);
  return salvage();
}

// What failed is tried again at the next opening.
void Shelf::bound_asides() {
  const std::uint64_t bytes_most = 2 * settings_.file_bytes_max;
  for (;;) {
    const files::AsideFiles files = files::asides(flash_, kFileStem);
    const bool is_within = files.count <= files::kAsideFilesMax && files.bytes <= bytes_most;
    if (is_within || files.count < 2) return;
    if (!is_ok(files::give_up_aside(flash_, kFileStem, files.first_to_go))) return;
    ++counts_.files_given_up;
  }
}

Status Shelf::open_once() { return file_.open(settings_of(kFileName, settings_.cache_pages)); }

files::DatabaseSettings Shelf::settings_of(std::string_view file, std::uint32_t cache_pages) const {
  return {.file = file,
          .application_id = kApplicationId,
          .journal = journal(),
          .page_bytes = settings_.page_bytes,
          .file_bytes_max = settings_.file_bytes_max,
          .log_bytes_kept = std::uint64_t{settings_.log_pages_max} * settings_.page_bytes,
          .cache_pages = cache_pages};
}

// The newest file that was set aside, unless this one says that it has been. So a cut between the
// two changes nothing.
Status Shelf::salvage() {
  const std::uint32_t newest = files::newest_aside(flash_, kFileStem);
  if (newest == 0) return Status::ok;
  std::array<std::byte, 4> mark{};
  const Result<std::uint32_t> marked = file_.get(kOfThisFile, kSalvagedKey, mark);
  if (marked.ok() && load_u32(mark) >= newest) return Status::ok;
  store(std::span{mark}, newest);
  const hal::FileName name = files::aside_name(kFileStem, newest);
  const Result<std::uint32_t> taken =
      ShelfSalvage(engine_, flash_, file_).run(settings_of(name.view(), kSalvageCachePages), mark);
  counts_.items_salvaged += taken.value_or(0);
  if (taken.ok()) bound_asides();
  // Else it is begun without, and tried again at the next start.
  return taken.status() == Status::unavailable ? Status::unavailable : Status::ok;
}

Uptime Shelf::serve(Uptime now) {
  if (is_damaged_) file_.close();
  if (!is_open()) {
    if (now < retry_at_) return retry_at_;
    if (!is_ok(open(now))) return retry_at_;
  }
  if (file_.database().log_pages() > settings_.log_pages_max) {
    static_cast<void>(judge(file_.database().checkpoint()));
  }
  return now + kServePeriod;
}

// What SQLite cannot make sense of is damage of the file; it is set aside at the next opening.
Status Shelf::judge(Status status) {
  if (status == Status::unavailable) ++counts_.medium_failures;
  if (status != Status::corrupt) return status;
  is_damaged_ = true;
  return Status::unavailable;
}

Result<std::uint32_t> Shelf::judge_bytes(Result<std::uint32_t> read) {
  if (read.status() == Status::refused) {
    ++counts_.items_corrupt;
    return Status::corrupt;
  }
  HF_TRY(judge(read.status()));
  return read;
}

Status Shelf::put(std::string_view collection, std::string_view key,
                  std::span<const std::byte> bytes) {
  if (!may_name(collection, key) || bytes.size() > kItemBytesMax) return Status::invalid;
  if (!is_open()) return Status::unavailable;
  return judge(file_.put(collection, key, bytes));
}

Status Shelf::erase(std::string_view collection, std::string_view key) {
  if (!may_name(collection, key)) return Status::invalid;
  if (!is_open()) return Status::unavailable;
  return judge(file_.erase(collection, key));
}

Result<std::uint32_t> Shelf::get(std::string_view collection, std::string_view key,
                                 std::span<std::byte> out) {
  if (!is_open()) return Status::unavailable;
  return judge_bytes(file_.get(collection, key, out));
}

Status Shelf::next(std::string_view collection, ItemKey& key) {
  if (!is_open()) return Status::unavailable;
  return judge(file_.next_key(collection, key));
}

Result<std::uint64_t> Shelf::append(std::uint8_t ring, std::span<const std::byte> bytes,
                                    std::uint32_t most) {
  if (most == 0 || bytes.size() > kItemBytesMax) return Status::invalid;
  const Result<std::uint64_t> last = newest(ring);
  if (!last.ok() && last.status() != Status::not_found) return last.status();
  const std::uint64_t number = last.value_or(0) + 1;
  if (is_in_batch_) {
    HF_TRY(append_one(ring, number, bytes, most));
    return number;
  }
  Batch batch(*this);
  HF_TRY(batch.begin());
  HF_TRY(append_one(ring, number, bytes, most));
  HF_TRY(batch.commit());
  return number;
}

Status Shelf::append_one(std::uint8_t ring, std::uint64_t number, std::span<const std::byte> bytes,
                         std::uint32_t most) {
  HF_TRY(judge(file_.append(ring, number, bytes)));
  return number > most ? judge(file_.erase_through(ring, number - most)) : Status::ok;
}

Status Batch::begin() {
  const Status status = shelf_.is_open() ? transaction_.begin() : Status::unavailable;
  shelf_.is_in_batch_ = is_ok(status);
  return shelf_.judge(status);
}

Status Batch::commit() {
  shelf_.is_in_batch_ = false;
  return shelf_.judge(transaction_.commit());
}

Result<std::uint32_t> Shelf::read(std::uint8_t ring, std::uint64_t number,
                                  std::span<std::byte> out) {
  if (!is_open()) return Status::unavailable;
  return judge_bytes(file_.read(ring, number, out));
}

Result<std::uint64_t> Shelf::newest(std::uint8_t ring) {
  if (!is_open()) return Status::unavailable;
  const Result<std::uint64_t> number = file_.newest(ring);
  HF_TRY(judge(number.status()));
  return number;
}

Result<std::uint64_t> Shelf::oldest(std::uint8_t ring) {
  if (!is_open()) return Status::unavailable;
  const Result<std::uint64_t> number = file_.oldest(ring);
  HF_TRY(judge(number.status()));
  return number;
}

Result<std::uint64_t> Shelf::bytes_used() {
  if (!is_open()) return Status::unavailable;
  const Result<files::PageUse> use = file_.database().page_use();
  HF_TRY(judge(use.status()));
  return std::uint64_t{use.value().pages - use.value().pages_free} * settings_.page_bytes;
}

}  // namespace hf::state
