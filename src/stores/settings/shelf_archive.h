// Versions of settings on the shelf: a slot is an item.
#pragma once

#include "state/shelf.h"
#include "stores/settings/archive.h"

namespace hf::stores {

class ShelfArchive final : public VersionArchive {
 public:
  // REQUIRES: it outlives this.
  explicit ShelfArchive(state::Shelf& shelf) : shelf_(shelf) {}

  Result<std::uint32_t> load(std::uint32_t slot, std::span<std::byte> out) override;
  Status save(std::uint32_t slot, std::span<const std::byte> bytes) override;

 private:
  state::Shelf& shelf_;
};

}  // namespace hf::stores
