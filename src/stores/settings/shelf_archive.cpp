#include "stores/settings/shelf_archive.h"

#include <array>
#include <charconv>

namespace hf::stores {
namespace {

constexpr std::string_view kCollection = "settings-versions";

using SlotKey = std::array<char, 12>;

std::string_view key_of(std::uint32_t slot, SlotKey& key) {
  const auto end = std::to_chars(key.data(), key.data() + key.size(), slot);
  return {key.data(), static_cast<std::size_t>(end.ptr - key.data())};
}

}  // namespace

Result<std::uint32_t> ShelfArchive::load(std::uint32_t slot, std::span<std::byte> out) {
  SlotKey key;
  return shelf_.get(kCollection, key_of(slot, key), out);
}

Status ShelfArchive::save(std::uint32_t slot, std::span<const std::byte> bytes) {
  SlotKey key;
  return shelf_.put(kCollection, key_of(slot, key), bytes);
}

}  // namespace hf::stores
