#include "stores/models/models.h"

#include <algorithm>

#include "files/sealing/digest.h"
#include "state/fields.h"
#include "state/joined_key.h"
#include "vocabulary/bytes.h"

namespace hf::stores {
namespace {

static_assert(2 * files::kDigestBytes <= limits::kDocumentKeyBytesMax,
              "what arrives is named by its digest");

bool is_of_medium(Status status) {
  return status == Status::unavailable || status == Status::busy || status == Status::stale;
}

Status judge(const PackagePiece& piece, ModelProblem& problem) {
  if (!files::is_digest_hex(piece.file_sha256)) {
    problem.assign("sha256: right would be the 64 digits that sha256sum gives for the file");
    return Status::invalid;
  }
  if (piece.file_bytes == 0 || piece.file_bytes > limits::kModelBytesMax) {
    problem.assign("package: right would be 1 to 12,288 bytes");
    return Status::full;
  }
  if (piece.offset > piece.file_bytes || piece.data.size() > piece.file_bytes - piece.offset) {
    problem.assign("data: more than the file has");
    return Status::invalid;
  }
  return Status::ok;
}

}  // namespace

// The piece may be of another file than the one before, or of one that came before a restart.
Status Models::turn_to(const PackagePiece& piece) {
  if (piece.file_sha256 == arriving_.view() && bytes_here_ <= piece.file_bytes) return Status::ok;
  arriving_.clear();
  bytes_here_ = 0;
  const Result<std::uint32_t> before = shelf_.get(kArriving, piece.file_sha256, memory_.arriving);
  if (before.ok() && before.value() <= piece.file_bytes) {
    bytes_here_ = before.value();
  } else if (!before.ok() && is_of_medium(before.status())) {
    return before.status();
  } else {
    forget_arriving();
  }
  arriving_.assign(piece.file_sha256);
  return Status::ok;
}

// One that cannot be erased now goes with the next.
void Models::forget_arriving() {
  arriving_.clear();
  bytes_here_ = 0;
  for (state::ItemKey key; is_ok(shelf_.next(kArriving, key));) {
    if (!is_ok(shelf_.erase(kArriving, key.view()))) return;
  }
}

Status Models::take(const PackagePiece& piece, ArrivedPackage& arrived, ModelProblem& problem) {
  arrived = {};
  HF_TRY(judge(piece, problem));
  problem.assign("the medium cannot be written now: send the piece again");
  HF_TRY(turn_to(piece));
  arrived.bytes_here = bytes_here_;
  if (piece.offset > bytes_here_) {
    problem.assign("something is missing before this piece: ask with no data how much is here");
    return Status::stale;
  }
  const auto end = piece.offset + static_cast<std::uint32_t>(piece.data.size());
  if (end > bytes_here_) {
    std::ranges::copy(bytes_of(piece.data), memory_.arriving.subspan(piece.offset).begin());
    // MO4. The last one is not kept for itself: the package is.
    if (end < piece.file_bytes) {
      HF_TRY(shelf_.put(kArriving, arriving_.view(), memory_.arriving.first(end)));
    }
    bytes_here_ = end;
  }
  arrived.bytes_here = bytes_here_;
  if (bytes_here_ < piece.file_bytes) return Status::ok;
  const std::span<const std::byte> file = memory_.arriving.first(bytes_here_);
  files::DigestHex hex;
  Status status = Status::refused;
  if (arriving_.view() == files::hex_of(files::digest_of({file}), hex)) {
    status = keep(text_of(file), arrived, problem);
  } else {
    problem.assign("sha256: the file has another checksum: send it anew");
  }
  if (!is_of_medium(status)) forget_arriving();
  return status;
}

// MO1
Status Models::keep(std::string_view text, ArrivedPackage& arrived, ModelProblem& problem) {
  Package package(memory_.tree);
  ModelProblem found;
  if (const Status status = package.read(text, trust_, found); !is_ok(status)) {
    problem = found;
    return status;
  }
  const state::ItemKey key = state::join_key({package.name(), package.version()});
  arrived.name.assign(package.name());
  arrived.version.assign(package.version());
  const Result<std::uint32_t> before = shelf_.get(kCollection, key.view(), memory_.kept);
  const std::string_view kept = text_of(memory_.kept.first(before.value_or(0)));
  if (before.ok() && body_of_package(kept) != body_of_package(text)) {
    problem.assign("version: it is here already with other rules: give it another version");
    return Status::refused;
  }
  if (!before.ok() && is_of_medium(before.status())) return before.status();
  if (!before.ok()) HF_TRY(find_room(package.name(), text.size(), problem));
  // The same rules under another signature take the place of what is here.
  if (kept != text) {
    const Status status = put(key, bytes_of(text));
    if (status == Status::full) problem.assign("no room in the state file: remove a version");
    HF_TRY(status);
    ++revision_;
  }
  arrived.is_whole = true;
  return Status::ok;
}

// The package comes and its pieces go in one commit: else a cut between would leave them lying.
Status Models::put(const state::ItemKey& key, std::span<const std::byte> text) {
  state::Batch batch(shelf_);
  HF_TRY(batch.begin());
  HF_TRY(shelf_.put(kCollection, key.view(), text));
  HF_TRY(shelf_.erase(kArriving, arriving_.view()));
  return batch.commit();
}

// MO3
Status Models::find_room(std::string_view name, std::size_t bytes, ModelProblem& problem) {
  std::uint64_t used = 0;
  std::uint32_t packages = 0;
  std::uint32_t versions = 0;
  Status status = Status::ok;
  for (state::ItemKey key; is_ok(status = next(key));) {
    used += shelf_.get(kCollection, key.view(), memory_.kept).value_or(0);
    ++packages;
    versions += name_of_package(key.view()) == name ? 1U : 0U;
  }
  if (status != Status::not_found) return status;
  if (versions >= limits::kModelVersionsMax) {
    problem.assign("no room: 8 versions of this model are here: remove one that is not in use");
    return Status::full;
  }
  if (packages >= limits::kPackagesMax || used + bytes > bytes_max_) {
    problem.assign("no room: remove a version that is not in use, or raise models.bytes");
    return Status::full;
  }
  return Status::ok;
}

Status Models::open(std::string_view name, std::string_view version, Package& package,
                    ModelProblem& problem) {
  problem.assign("this version is not here: upload it: ");
  static_cast<void>(is_ok(problem.try_append(version)));
  const Result<std::uint32_t> bytes =
      shelf_.get(kCollection, state::join_key({name, version}).view(), memory_.kept);
  HF_TRY(bytes);
  return package.read(text_of(memory_.kept.first(bytes.value())), trust_, problem);
}

Status Models::remove(std::string_view name, std::string_view version) {
  HF_TRY(shelf_.erase(kCollection, state::join_key({name, version}).view()));
  ++revision_;
  return Status::ok;
}

std::string_view name_of_package(std::string_view key) { return key.substr(0, key.find('.')); }

std::string_view version_of_package(std::string_view key) {
  return key.substr(std::min(name_of_package(key).size() + 1, key.size()));
}

bool is_rule_in_force(const state::Replica& replica, std::string_view model) {
  if (!model.ends_with(".a") && !model.ends_with(".b")) return true;
  documents::DocumentView document;
  const std::string_view name = model.substr(0, model.size() - 2);
  return replica.find({.collection = state::kModels, .key = name}, document) &&
         state::Fields(document).text(documents::Part::reported, "slot") ==
             model.substr(name.size() + 1);
}

}  // namespace hf::stores
