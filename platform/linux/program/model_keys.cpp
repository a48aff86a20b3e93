#include "platform/linux/program/model_keys.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "platform/linux/program/config_files.h"

namespace hf::program {
namespace {

// What stands before the 32 bytes of an Ed25519 key in its DER: RFC 8410.
constexpr std::string_view kBefore{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};

std::string decode_base64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> static_cast<unsigned>(count) & 0xFFU));
  }
  return bytes;
}

}  // namespace

bool read_public_key(std::string_view pem, files::PublicKey& key) {
  constexpr std::string_view kBegin = "-----BEGIN PUBLIC KEY-----";
  const std::size_t begin = pem.find(kBegin);
  const std::size_t end = pem.find("-----END");
  if (begin == std::string_view::npos || end == std::string_view::npos || end < begin) return false;
  const std::string bytes =
      decode_base64(pem.substr(begin + kBegin.size(), end - begin - kBegin.size()));
  if (!bytes.starts_with(kBefore) || bytes.size() != kBefore.size() + key.size()) return false;
  std::ranges::transform(bytes.substr(kBefore.size()), key.begin(),
                         [](char c) { return static_cast<std::byte>(c); });
  return true;
}

stores::ModelKeys read_model_keys(const std::string& config) {
  stores::ModelKeys keys;
  for (const std::string& path : files_in(config + "/model-keys", ".pem")) {
    std::string text;
    stores::ModelKey key;
    const bool is_key = is_ok(read_whole_file(path, text)) && read_public_key(text, key.key) &&
                        is_ok(key.name.try_assign(std::filesystem::path(path).stem().string()));
    if (!is_key || !is_ok(keys.try_push(key))) {
      std::fprintf(stderr, "holdfast: %s: %s\n", path.c_str(),
                   is_key ? "there are too many keys: at most 8"
                          : "no public key: right would be one of openssl pkey -pubout, Ed25519");
    }
  }
  return keys;
}

}  // namespace hf::program
