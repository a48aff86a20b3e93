#include "platform/sim/medium/pages.h"

#include <algorithm>
#include <cstring>

namespace hf::sim {
namespace {

struct Piece {
  std::size_t page;
  std::size_t offset;  // within the page
  std::size_t bytes;
};

// Calls `visit` with each piece of the range that lies in one page.
template <typename Visit>
void for_each_piece(std::uint64_t offset, std::uint64_t bytes, Visit visit) {
  const std::uint64_t end = offset + bytes;
  while (offset < end) {
    const auto within = static_cast<std::size_t>(offset % Pages::kPageBytes);
    const auto count =
        static_cast<std::size_t>(std::min<std::uint64_t>(Pages::kPageBytes - within, end - offset));
    visit(Piece{.page = static_cast<std::size_t>(offset / Pages::kPageBytes),
                .offset = within,
                .bytes = count});
    offset += count;
  }
}

}  // namespace

void Pages::read(std::uint64_t offset, std::span<std::byte> bytes) const {
  std::byte* to = bytes.data();
  for_each_piece(offset, bytes.size(), [&](const Piece& piece) {
    const Page* page = piece.page < slots_.size() ? slots_[piece.page].now.get() : nullptr;
    if (page == nullptr) {
      std::memset(to, 0, piece.bytes);
    } else {
      std::memcpy(to, page->data() + piece.offset, piece.bytes);
    }
    to += piece.bytes;
  });
}

void Pages::write(std::uint64_t offset, std::span<const std::byte> bytes) {
  const std::byte* from = bytes.data();
  for_each_piece(offset, bytes.size(), [&](const Piece& piece) {
    Page& page = page_to_write(piece.page, piece.bytes == kPageBytes);
    std::memcpy(page.data() + piece.offset, from, piece.bytes);
    from += piece.bytes;
  });
}

void Pages::cut_off(std::uint64_t offset) {
  const auto first = static_cast<std::size_t>(offset / kPageBytes);
  const auto within = static_cast<std::size_t>(offset % kPageBytes);
  for (std::size_t index = first; index < slots_.size(); ++index) {
    const bool keeps_its_head = index == first && within > 0;
    if (slots_[index].now != nullptr) {
      if (keeps_its_head) {
        Page& page = page_to_write(index, false);
        std::memset(page.data() + within, 0, kPageBytes - within);
      } else {
        note_change(index);
        slots_[index].now.reset();
      }
    }
    if (slots_[index].is_taken && !keeps_its_head) {
      slots_[index].is_taken = false;
      --taken_count_;
    }
  }
}

void Pages::allocate(std::uint64_t bytes) {
  for_each_piece(0, bytes, [&](const Piece& piece) {
    Slot& slot = slot_at(piece.page);
    if (slot.is_taken) return;
    slot.is_taken = true;
    ++taken_count_;
  });
}

std::uint64_t Pages::pages_missing(std::uint64_t offset, std::uint64_t bytes) const {
  std::uint64_t count = 0;
  for_each_piece(offset, bytes, [&](const Piece& piece) {
    if (piece.page >= slots_.size() || !slots_[piece.page].is_taken) ++count;
  });
  return count;
}

void Pages::settle() {
  std::erase_if(changed_, [this](std::size_t index) {
    Slot& slot = slots_[index];
    if (slot.fate != Fate::honest) return false;
    slot.base.reset();
    slot.is_changed = false;
    return true;
  });
}

void Pages::revert() {
  for (const std::size_t index : changed_) revert(slots_[index]);
  changed_.clear();
}

void Pages::forget(std::uint64_t offset, std::uint64_t bytes) {
  for_each_piece(offset, bytes, [&](const Piece& piece) {
    note_change(piece.page);
    slots_[piece.page].fate = Fate::forgotten;
  });
}

void Pages::lose_some(Random& random) {
  for (const std::size_t index : changed_) {
    Slot& slot = slots_[index];
    if (slot.fate == Fate::honest && random.chance(1, 2)) slot.fate = Fate::lost;
  }
  settle();
}

void Pages::drop_lost() {
  std::erase_if(changed_, [this](std::size_t index) {
    if (slots_[index].fate != Fate::lost) return false;
    revert(slots_[index]);
    return true;
  });
}

Pages::Slot& Pages::slot_at(std::size_t index) {
  if (index >= slots_.size()) slots_.resize(index + 1);
  return slots_[index];
}

Pages::Page& Pages::page_to_write(std::size_t index, bool wholly) {
  note_change(index);
  Slot& slot = slots_[index];
  slot.fate = Fate::honest;  // written again: the medium gets another chance
  if (!slot.is_taken) {
    slot.is_taken = true;
    ++taken_count_;
  }
  if (slot.now == nullptr) {
    slot.now = std::make_unique_for_overwrite<Page>();
    if (!wholly) slot.now->fill(std::byte{0});
  }
  return *slot.now;
}

// Keeps the base aside, once per page between two settlings.
void Pages::note_change(std::size_t index) {
  Slot& slot = slot_at(index);
  if (slot.is_changed) return;
  slot.is_changed = true;
  changed_.push_back(index);
  if (slot.now != nullptr) slot.base = std::make_unique<Page>(*slot.now);
}

void Pages::revert(Slot& slot) {
  slot.now = std::move(slot.base);
  slot.fate = Fate::honest;
  slot.is_changed = false;
}

}  // namespace hf::sim
