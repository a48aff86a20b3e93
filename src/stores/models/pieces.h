// How the file of a package travels to a gateway: as requests of the verb models.upload, a piece in
// each, from the command line and from the hub alike.
//
//   PackagePieces pieces(file);
//   pieces.write_question(json);                        // the answer says `bytes_here`
//   while (!is_whole) pieces.write_piece(bytes_here, json);
//
// The first request has no data: it asks how much is there from an earlier try. Pure.
#pragma once

#include <cstdint>
#include <string_view>

#include "files/sealing/digest.h"
#include "wire/channel/json_writer.h"

namespace hf::stores {

class PackagePieces {
 public:
  // REQUIRES: `file` outlives it.
  explicit PackagePieces(std::string_view file);

  // The members of a request that only asks.
  void write_question(wire::JsonWriter& json) const { write(0, 0, json); }
  // The members of a request with what stands at `offset`. REQUIRES: offset <= the file's size.
  void write_piece(std::uint32_t offset, wire::JsonWriter& json) const;

  std::string_view sha256() const { return {sha256_.data(), sha256_.size()}; }

 private:
  void write(std::uint32_t offset, std::size_t bytes, wire::JsonWriter& json) const;

  std::string_view file_;
  files::DigestHex sha256_;
};

}  // namespace hf::stores
