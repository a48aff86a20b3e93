#include "stores/anchors/anchor_file.h"

#include <algorithm>
#include <array>

#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::stores {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHeadBytes = 40;
constexpr std::size_t kAnchorBytes = 24;
constexpr std::size_t kRecordBytesMax = kHeadBytes + kAnchorsPerBootMax * kAnchorBytes;
static_assert(kRecordBytesMax <= kAnchorSlotBytes);

// Where the fields lie.
constexpr std::size_t kChecksumAt = 0;  // of all that follows it
constexpr std::size_t kFormatAt = 4;
constexpr std::size_t kQualityAt = 5;
constexpr std::size_t kCountAt = 6;
constexpr std::size_t kGenerationAt = 8;
constexpr std::size_t kOrdinalAt = 16;
constexpr std::size_t kBootAt = 24;
constexpr std::size_t kLastHeardAt = 32;

using Record = std::array<std::byte, kRecordBytesMax>;

std::size_t size_with(std::size_t count) { return kHeadBytes + count * kAnchorBytes; }

std::uint32_t checksum_of(std::span<const std::byte> record) {
  return crc32c(record.subspan(kFormatAt));
}

std::span<const std::byte> pack(const AnchorSlot& slot, const BootAnchors& boot, Record& record) {
  const std::span bytes = std::span{record}.first(size_with(boot.count));
  std::ranges::fill(bytes, std::byte{0});
  store(bytes.subspan(kFormatAt), kFormat);
  const TimeQuality quality = boot.count > 0 ? boot.anchors[0].quality : TimeQuality::unset;
  store(bytes.subspan(kQualityAt), static_cast<std::uint8_t>(quality));
  store(bytes.subspan(kCountAt), static_cast<std::uint8_t>(boot.count));
  store(bytes.subspan(kGenerationAt), slot.generation);
  store(bytes.subspan(kOrdinalAt), slot.ordinal);
  store(bytes.subspan(kBootAt), boot.boot.value);
  store(bytes.subspan(kLastHeardAt), boot.last_heard.ms);
  for (std::uint32_t i = 0; i < boot.count; ++i) {
    const std::span at = bytes.subspan(size_with(i));
    store(at, boot.anchors[i].uptime.ms);
    store(at.subspan(8), boot.anchors[i].utc.ms);
    store(at.subspan(16), boot.anchors[i].error.ms);
  }
  store(bytes.subspan(kChecksumAt), checksum_of(bytes));
  return bytes;
}

// ok.  not_found: nothing was ever written there.  corrupt.
Status unpack(std::span<const std::byte> bytes, AnchorSlot& slot, BootAnchors& boot) {
  const bool is_blank = std::ranges::all_of(bytes, [](std::byte b) { return b == std::byte{0}; });
  if (is_blank) return Status::not_found;
  if (bytes.size() < kHeadBytes) return Status::corrupt;
  boot = {};
  boot.count = load<std::uint8_t>(bytes.subspan(kCountAt));
  const auto quality = load<std::uint8_t>(bytes.subspan(kQualityAt));
  const bool is_sound = load<std::uint8_t>(bytes.subspan(kFormatAt)) == kFormat &&
                        boot.count <= kAnchorsPerBootMax &&
                        quality <= static_cast<std::uint8_t>(TimeQuality::synced) &&
                        size_with(boot.count) <= bytes.size();
  if (!is_sound) return Status::corrupt;
  const std::span record = bytes.first(size_with(boot.count));
  if (load_u32(record) != checksum_of(record)) return Status::corrupt;
  boot.boot = BootId{load_u64(record.subspan(kBootAt))};
  boot.last_heard = Uptime{load<std::int64_t>(record.subspan(kLastHeardAt))};
  slot = {.boot = boot.boot,
          .generation = load_u64(record.subspan(kGenerationAt)),
          .ordinal = load_u64(record.subspan(kOrdinalAt))};
  for (std::uint32_t i = 0; i < boot.count; ++i) {
    const std::span at = record.subspan(size_with(i));
    boot.anchors[i] = {.boot = boot.boot,
                       .uptime = Uptime{load<std::int64_t>(at)},
                       .utc = UtcTime{load<std::int64_t>(at.subspan(8))},
                       .error = Duration{load<std::int64_t>(at.subspan(16))},
                       .quality = static_cast<TimeQuality>(quality)};
  }
  return Status::ok;
}

void enter(const BootAnchors& boot, Anchors& anchors) {
  anchors.begin_boot(boot.boot);
  anchors.hear(boot.boot, boot.last_heard);
  for (std::uint32_t i = 0; i < boot.count; ++i) {
    // One that is not sound is left out: whoever wrote it was another version of us.
    static_cast<void>(anchors.add(boot.anchors[i]));
  }
}

}  // namespace

Status AnchorFile::load(Anchors& anchors) {
  HF_TRY(open());
  std::uint64_t entered = 0;  // the ordinal of the boot entered last
  for (;;) {
    std::size_t next = slots_.size();
    for (std::size_t i = 0; i < slots_.size(); ++i) {
      const AnchorSlot& slot = slots_[i];
      if (slot.generation == 0 || slot.ordinal <= entered || is_superseded(slot)) continue;
      if (next == slots_.size() || slot.ordinal < slots_[next].ordinal) next = i;
    }
    if (next == slots_.size()) return Status::ok;
    entered = slots_[next].ordinal;
    BootAnchors boot;
    if (is_ok(look(next, boot))) enter(boot, anchors);
  }
}

Status AnchorFile::save(const BootAnchors& boot) {
  HF_TRY(open());
  AnchorSlot slot{.boot = boot.boot, .generation = 1, .ordinal = 1};
  for (const AnchorSlot& other : slots_) {
    slot.generation = std::max(slot.generation, other.generation + 1);
    if (other.generation > 0 && other.boot != boot.boot) {
      slot.ordinal = std::max(slot.ordinal, other.ordinal + 1);
    }
  }
  for (const AnchorSlot& other : slots_) {
    if (other.generation > 0 && other.boot == boot.boot) slot.ordinal = other.ordinal;
  }
  return write(choose_slot(), slot, boot);
}

Status AnchorFile::open() {
  if (is_open_) return Status::ok;
  const Result<hal::FileHandle> file = flash_.open(kAnchorFileName, hal::OpenMode::create);
  if (!file.ok()) return file.status();
  file_ = file.value();
  is_open_ = true;
  slots_damaged_ = 0;
  BootAnchors boot;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    const Status status = look(i, boot);
    if (status == Status::corrupt) ++slots_damaged_;
    if (status == Status::unavailable) {
      close();
      return status;
    }
  }
  const Status status = flash_.sync_directory();  // the name, when it is new
  if (!is_ok(status)) close();
  return status;
}

// ok.  not_found: blank.  corrupt.  unavailable: cannot be read. The slot's entry says so too.
Status AnchorFile::look(std::size_t index, BootAnchors& boot) {
  slots_[index] = {};
  Record record;
  const auto read = flash_.read(file_, index * kAnchorSlotBytes, record);
  if (!read.ok()) return Status::unavailable;
  return unpack(std::span{record}.first(read.value()), slots_[index], boot);
}

Status AnchorFile::write(std::size_t index, const AnchorSlot& slot, const BootAnchors& boot) {
  Record record;
  Status status = flash_.write(file_, index * kAnchorSlotBytes, pack(slot, boot, record));
  if (is_ok(status)) status = flash_.sync(file_);
  if (!is_ok(status)) {
    close();  // what lies there now is unknown: the next look tells
    return status;
  }
  slots_[index] = slot;
  return Status::ok;
}

bool AnchorFile::is_superseded(const AnchorSlot& slot) const {
  return std::ranges::any_of(slots_, [&slot](const AnchorSlot& other) {
    return other.boot == slot.boot && other.generation > slot.generation;
  });
}

std::size_t AnchorFile::choose_slot() const {
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].generation == 0 || is_superseded(slots_[i])) return i;
    if (slots_[i].ordinal < slots_[oldest].ordinal) oldest = i;
  }
  return oldest;
}

void AnchorFile::close() {
  static_cast<void>(flash_.close(file_));
  is_open_ = false;
}

}  // namespace hf::stores
