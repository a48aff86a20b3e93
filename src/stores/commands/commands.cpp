#include "stores/commands/commands.h"

#include <algorithm>

#include "vocabulary/bytes.h"

namespace hf::stores {
namespace {

constexpr std::string_view kCollection = "commands";
constexpr std::string_view kKey = "begun";

// Each: length and characters of the id, last moment, order. docs/formats/state.md has the bytes.
constexpr std::size_t kEntryBytes = 1 + kIdentifierCharactersMax + 8 + 4;
using Item = std::array<std::byte, kCommandsKept * kEntryBytes>;

}  // namespace

void Commands::read() {
  Item item;
  const Result<std::uint32_t> size = shelf_.get(kCollection, kKey, item);
  is_read_ = size.status() != Status::unavailable && size.status() != Status::busy;
  if (!size.ok()) return;
  for (std::size_t at = 0; at + kEntryBytes <= size.value(); at += kEntryBytes) {
    take_up(std::span{item}.subspan(at, kEntryBytes));
  }
}

void Commands::take_up(std::span<const std::byte> bytes) {
  const auto length = static_cast<std::size_t>(bytes[0]);
  const std::string_view id = text_of(bytes.subspan(1, kIdentifierCharactersMax)).substr(0, length);
  const auto free = std::ranges::find(entries_, 0U, &Entry::order);
  if (!is_identifier(id) || free == entries_.end()) return;
  free->id.assign(id);
  free->expires = {load<std::int64_t>(bytes.subspan(1 + kIdentifierCharactersMax))};
  free->order = load_u32(bytes.subspan(1 + kIdentifierCharactersMax + 8));
  free->is_from_before = true;
  last_order_ = std::max(last_order_, free->order);
}

Commands::Known Commands::find(std::string_view id) {
  if (!is_read_) read();
  const auto found = std::ranges::find_if(
      entries_, [id](const Entry& entry) { return entry.order != 0 && entry.id.view() == id; });
  if (found == entries_.end()) return Known::no;
  return found->is_from_before ? Known::from_before : Known::yes;
}

Status Commands::begin(std::string_view id, UtcTime expires, const UtcReading& now) {
  HF_ASSERT(find(id) == Known::no);
  Entry& entry = place_for_one_more(now);
  entry.id.assign(id);
  entry.expires = expires;
  entry.order = ++last_order_;
  entry.is_from_before = false;
  return save();
}

// A free one; else of those that would be refused the oldest; else the oldest.
Commands::Entry& Commands::place_for_one_more(const UtcReading& now) {
  const auto rank = [&now](const Entry& entry) {
    const bool is_over = now.quality == TimeQuality::synced && entry.expires < now.at;
    return std::pair{entry.order != 0 && !is_over, entry.order};
  };
  return *std::ranges::min_element(entries_, {}, rank);
}

Status Commands::save() {
  Item item{};
  std::size_t size = 0;
  for (const Entry& entry : entries_) {
    if (entry.order == 0) continue;
    const auto at = std::span{item}.subspan(size, kEntryBytes);
    at[0] = static_cast<std::byte>(entry.id.size());
    std::ranges::copy(bytes_of(entry.id.view()), at.begin() + 1);
    store(at.subspan(1 + kIdentifierCharactersMax), entry.expires.ms);
    store(at.subspan(1 + kIdentifierCharactersMax + 8), entry.order);
    size += kEntryBytes;
  }
  return shelf_.put(kCollection, kKey, std::span{item}.first(size));
}

}  // namespace hf::stores
