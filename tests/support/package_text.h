// Packages of rules, as tests write them; and the example of docs/formats/models.md.
#pragma once

#include <array>
#include <cstdlib>
#include <fstream>
#include <string>

#include "files/sealing/digest.h"
#include "stores/models/package.h"
#include "vocabulary/bytes.h"

namespace hf::test {

// A package without a signature.
inline std::string packed(const std::string& body) {
  files::DigestHex hex;
  return R"({"holdfast_model":1,"sha256":")" +
         std::string(files::hex_of(files::digest_of({bytes_of(body)}), hex)) + "\"}\n" + body;
}

inline std::string rule_text(const std::string& members) {
  return R"({"name":"hot","sensor":"heat","condition":"above",)" + members + "}";
}
inline std::string body_of(const std::string& rules, const std::string& name = "pumps",
                           const std::string& version = "1.0",
                           const std::string& parameters = R"("hot":80)") {
  return R"({"name":")" + name + R"(","version":")" + version + R"(","parameters":{)" + parameters +
         R"(},"rules":[)" + rules + "]}";
}

// The block of the page behind the comment that begins with "<!-- NAME".
inline std::string from_models_page(const std::string& name) {
  std::ifstream page(HOLDFAST_FORMATS_DIR "/models.md");
  std::string block;
  int fences = -1;  // not come to it yet
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("<!-- " + name)) {
      fences = 0;
    } else if (fences >= 0 && line == "```") {
      if (++fences == 2) break;
    } else if (fences == 1) {
      block += line + "\n";
    }
  }
  return block;
}

// The key of RFC 8032, section 7.1, test 1: the page's.
inline files::PublicKey example_key() {
  constexpr std::string_view kHex =
      "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
  files::PublicKey key{};
  for (std::size_t i = 0; i < key.size(); ++i) {
    const std::string octet(kHex.substr(2 * i, 2));
    key[i] = static_cast<std::byte>(std::strtoul(octet.c_str(), nullptr, 16));
  }
  return key;
}
inline stores::ModelKeys example_keys() {
  stores::ModelKey known;
  known.key = example_key();
  known.name.assign("example");
  stores::ModelKeys keys;
  keys.push(known);
  return keys;
}

}  // namespace hf::test
