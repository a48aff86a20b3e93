#include "stores/models/pieces.h"

#include <algorithm>

#include "vocabulary/bytes.h"

namespace hf::stores {
namespace {

// Escaped it is at most twice as long, and a line of the control socket holds 4,096 bytes.
constexpr std::size_t kPieceBytes = 1500;

bool is_inside_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

}  // namespace

PackagePieces::PackagePieces(std::string_view file) : file_(file) {
  static_cast<void>(files::hex_of(files::digest_of({bytes_of(file)}), sha256_));
}

void PackagePieces::write_piece(std::uint32_t offset, wire::JsonWriter& json) const {
  std::size_t bytes = std::min(kPieceBytes, file_.size() - offset);
  while (bytes > 1 && offset + bytes < file_.size() && is_inside_character(file_[offset + bytes])) {
    --bytes;
  }
  write(offset, bytes, json);
}

void PackagePieces::write(std::uint32_t offset, std::size_t bytes, wire::JsonWriter& json) const {
  json.member("sha256", sha256());
  json.member("bytes", std::uint64_t{file_.size()});
  json.member("offset", std::uint64_t{offset});
  json.member("data", file_.substr(offset, bytes));
}

}  // namespace hf::stores
