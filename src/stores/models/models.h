// Models: the packages that lie on this gateway, and the door by which they come.
//
// A package comes in pieces, from the command line or as commands from upstream, and is looked at
// when it is whole. Pieces are told apart by the checksum of the file, and what has come so far is
// on flash too: whoever is interrupted, at either end, asks how much is there and goes on. One file
// comes at a time; another one takes its place. A version is what it is: other rules need another
// version. What is in use is not decided here (flows/deploying); which of its rules count is read
// here.
//
//   MO1  A package is on flash whole and checked, or not at all, through any power cut.
//   MO2  What is refused changes nothing of what is here.
//   MO3  All packages together take at most so many bytes, and are at most so many.
//   MO4  A piece that was answered ok need not be sent again, through any power cut.
//   MO5  A package is used only while its signature is trusted, also after it was let in.
//
// Memory is the caller's. Owned by the service loop.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/settings/table.h"
#include "state/replica.h"
#include "state/shelf.h"
#include "stores/models/package.h"

namespace hf::stores {

struct ModelsMemory {
  std::span<std::byte> arriving;  // limits::kModelBytesMax each
  std::span<std::byte> kept;
  std::span<std::byte> tree;  // limits::kModelTreeBytes
};

struct PackagePiece {
  std::string_view file_sha256;  // 64 digits of hex, of the whole file
  std::uint32_t file_bytes = 0;
  std::uint32_t offset = 0;
  std::string_view data;  // empty: only asks
};

struct ArrivedPackage {
  std::uint32_t bytes_here = 0;  // go on from there
  bool is_whole = false;         // on flash; then these are set:
  ModelName name;
  ModelVersion version;
};

class Models {
 public:
  // REQUIRES: all outlive this.
  Models(state::Shelf& shelf, const ModelsMemory& memory) : shelf_(shelf), memory_(memory) {}

  void trust(const ModelKeys& keys) { trust_.keys = keys; }
  void set(bool signed_only, std::uint64_t bytes_max) {
    trust_.signed_only = signed_only;
    bytes_max_ = bytes_max;
  }

  // ok: `arrived` says how far it is; a piece that is there already changes nothing.  full: larger
  // than may be, or no room among the others.  refused, invalid, corrupt: as Package::read(); also
  // other rules for a version that is here.  stale: something is missing before this piece.
  // unavailable, busy: the medium; the piece may be sent again.  But for ok, `problem` says what.
  Status take(const PackagePiece& piece, ArrivedPackage& arrived, ModelProblem& problem);

  // Reads a package that is here. ok.  not_found.  corrupt.  refused: MO5.  unavailable, busy.
  // REQUIRES: one Package at a time.
  Status open(std::string_view name, std::string_view version, Package& package,
              ModelProblem& problem);
  std::span<std::byte> tree() const { return memory_.tree; }

  // ok: also when it was not there.  unavailable, busy.
  Status remove(std::string_view name, std::string_view version);

  // Moves `key` ("NAME.VERSION") to the next one; as Shelf::next().
  Status next(state::ItemKey& key) { return shelf_.next(kCollection, key); }

  std::uint32_t revision() const { return revision_; }  // another number: packages came or went

  static constexpr std::string_view kCollection = "packages";
  static constexpr std::string_view kArriving = "arriving";  // one item, its key the checksum

 private:
  Status turn_to(const PackagePiece& piece);
  void forget_arriving();
  Status keep(std::string_view text, ArrivedPackage& arrived, ModelProblem& problem);
  Status put(const state::ItemKey& key, std::span<const std::byte> text);
  Status find_room(std::string_view name, std::size_t bytes, ModelProblem& problem);

  state::Shelf& shelf_;
  ModelsMemory memory_;
  ModelTrust trust_;
  std::uint64_t bytes_max_ = settings::initial<std::uint64_t>("models.bytes");
  FixedString<64> arriving_;  // the checksum of what arrives
  std::uint32_t bytes_here_ = 0;
  std::uint32_t revision_ = 1;
};

// Of a package's key: what stands before its first dot (names have none), and behind it.
std::string_view name_of_package(std::string_view key);
std::string_view version_of_package(std::string_view key);

// Rules of a package stand in the collection of rules twice, in the slots a and b; the document of
// the model says which one counts. `model` is the field of a rule: "NAME.a". True also for a rule
// of no package.
bool is_rule_in_force(const state::Replica& replica, std::string_view model);

}  // namespace hf::stores
