#include "state/pile.h"

#include <cstring>
#include <tuple>

namespace hf::state {

using documents::DocumentId;
using documents::DocumentView;

namespace {

bool comes_before(const DocumentId& a, const DocumentId& b) {
  return std::tie(a.collection, a.key) < std::tie(b.collection, b.key);
}

}  // namespace

DocumentView Pile::at(std::uint32_t place) const {
  HF_ASSERT(place < count_);
  const PileEntry& entry = entries_[place];
  DocumentView document;
  const Status parsed = DocumentView::parse(bytes_.subspan(entry.offset, entry.bytes), document);
  HF_ASSERT(is_ok(parsed));  // it was one when it came in
  return document;
}

std::uint32_t Pile::place_of(const DocumentId& id) const {
  std::uint32_t low = 0;
  std::uint32_t high = count_;
  while (low < high) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (comes_before(at(middle).id(), id)) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

bool Pile::is_at(std::uint32_t place, const DocumentId& id) const {
  return place < count_ && at(place).id() == id;
}

bool Pile::find(const DocumentId& id, DocumentView& document) const {
  const std::uint32_t place = place_of(id);
  if (!is_at(place, id)) return false;
  document = at(place);
  return true;
}

Status Pile::put(const DocumentView& document) {
  const std::uint32_t place = place_of(document.id());
  const bool is_new = !is_at(place, document.id());
  const std::size_t before = is_new ? 0 : entries_[place].bytes;
  const std::size_t size = document.bytes().size();
  if ((is_new && !has_place()) || used_ - before + size > bytes_.size()) return Status::full;
  if (is_new) {
    const auto behind = entries_.subspan(place, count_ - place);
    std::copy_backward(behind.begin(), behind.end(), entries_.first(count_ + 1).end());
    const bool is_last = place == count_;
    const auto end = static_cast<std::uint32_t>(used_);
    entries_[place] = {.offset = is_last ? end : entries_[place + 1].offset, .bytes = 0};
    ++count_;
  }
  resize(place, size);
  std::memcpy(bytes_.data() + entries_[place].offset, document.bytes().data(), size);
  entries_[place].is_dirty = true;
  return Status::ok;
}

void Pile::erase(std::uint32_t place) {
  HF_ASSERT(place < count_);
  resize(place, 0);
  const auto behind = entries_.subspan(place + 1, count_ - place - 1);
  std::copy(behind.begin(), behind.end(), entries_.subspan(place).begin());
  --count_;
}

// Makes the document at `place` that long, moving all behind it.
void Pile::resize(std::uint32_t place, std::size_t bytes) {
  PileEntry& entry = entries_[place];
  const std::size_t end = std::size_t{entry.offset} + entry.bytes;
  const std::size_t new_end = entry.offset + bytes;
  std::memmove(bytes_.data() + new_end, bytes_.data() + end, used_ - end);
  for (std::uint32_t behind = place + 1; behind < count_; ++behind) {
    entries_[behind].offset = static_cast<std::uint32_t>(entries_[behind].offset - end + new_end);
  }
  used_ = used_ - end + new_end;
  entry.bytes = static_cast<std::uint32_t>(bytes);
}

}  // namespace hf::state
