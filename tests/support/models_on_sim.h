// The store of models on a shelf on a simulated flash, in the words of the tests.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "stores/models/models.h"
#include "stores/models/pieces.h"
#include "tests/support/package_text.h"
#include "tests/support/shelf_on_sim.h"
#include "wire/channel/control_line.h"

namespace hf::test {

struct ModelsRoom {
  std::array<std::byte, limits::kModelBytesMax> arriving;
  std::array<std::byte, limits::kModelBytesMax> kept;
  alignas(8) std::array<std::byte, limits::kModelTreeBytes> tree;
  stores::ModelsMemory memory() { return {.arriving = arriving, .kept = kept, .tree = tree}; }
};

class ModelsOnSim {
 public:
  explicit ModelsOnSim(std::uint64_t seed = 1, const sim::MediumModel& model = {})
      : on(seed, model) {}

  // A new process. Packages need no signature.
  Status start() {
    const Status status = on.start();
    room_ = std::make_unique<ModelsRoom>();
    models.emplace(*on.shelf, room_->memory());
    models->set(false, 200'000);
    return status;
  }
  bool cut_and_start() {
    on.cut_power();
    return is_ok(start());
  }

  static std::uint32_t size_of(const std::string& file) {
    return static_cast<std::uint32_t>(file.size());
  }
  Status take(const stores::PackagePiece& piece) { return models->take(piece, arrived, problem); }
  Status piece(const std::string& file, std::uint32_t offset, std::uint32_t bytes) {
    const stores::PackagePieces pieces(file);
    return take({.file_sha256 = pieces.sha256(),
                 .file_bytes = size_of(file),
                 .offset = offset,
                 .data = std::string_view{file}.substr(offset, bytes)});
  }
  // Asks, then sends what is missing. Stops at what is not ok.
  Status send(const std::string& file, std::uint32_t bytes) {
    Status status = piece(file, 0, 0);
    for (std::size_t sent = 0; is_ok(status) && !arrived.is_whole; ++sent) {
      if (sent > file.size()) return Status::refused;  // it does not come on
      status = piece(file, arrived.bytes_here, bytes);
    }
    if (is_ok(status)) {
      last = std::string(arrived.name.view()) + " " + std::string(arrived.version.view());
    }
    return status;
  }

  // All keys, in their order.
  std::string list(std::string_view collection = stores::Models::kCollection) {
    std::string keys;
    for (state::ItemKey key; is_ok(on.shelf->next(collection, key));) {
      keys += (keys.empty() ? "" : " ") + std::string(key.view());
    }
    return keys;
  }
  std::string open(std::string_view name, std::string_view version) {
    stores::Package package(models->tree());
    return std::string(to_text(models->open(name, version, package, problem)));
  }

  ShelfOnSim on;
  std::optional<stores::Models> models;
  stores::ArrivedPackage arrived;
  stores::ModelProblem problem;
  std::string last;  // that came whole

 private:
  std::unique_ptr<ModelsRoom> room_;
};

}  // namespace hf::test
