#include "platform/linux/program/secrets.h"

#include <strings.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <span>

#include "vocabulary/bytes.h"

namespace hf::program {
namespace {

using Secret = std::array<char, hal::kSecretBytesMax + 1>;  // one more: to see that it is too long

bool read(const std::string& path, bool first_line_only, Secret& secret, std::size_t& size,
          std::string& problem) {
  std::ifstream file{path, std::ios::binary};
  file.read(secret.data(), static_cast<std::streamsize>(secret.size()));
  size = static_cast<std::size_t>(file.gcount());
  if (!file.eof() && !file.good()) {
    problem = path + ": cannot be read";
    return false;
  }
  const auto text = std::span{secret}.first(size);
  if (first_line_only) {
    const auto end = std::ranges::find_if(text, [](char c) { return c == '\n' || c == '\r'; });
    size = static_cast<std::size_t>(end - text.begin());
  }
  if (size > 0 && size <= hal::kSecretBytesMax) return true;
  problem = path + (size == 0 ? ": is empty" : ": is longer than 4096 bytes");
  return false;
}

bool store(hal::Keys& keys, hal::SecretKind kind, std::span<const std::byte> secret) {
  const hal::SecretId id{.kind = kind, .number = 0};
  std::array<std::byte, hal::kSecretBytesMax> known;
  const auto size = keys.load(id, known);
  const bool is_known =
      size.ok() && std::ranges::equal(std::span{known}.first(size.value()), secret);
  ::explicit_bzero(known.data(), known.size());
  return is_known || is_ok(keys.store(id, secret));
}

bool take_over(const std::string& path, hal::SecretKind kind, hal::Keys& keys,
               std::string& problem) {
  if (path.empty()) return true;
  Secret secret;
  std::size_t size = 0;
  bool is_well = read(path, kind == hal::SecretKind::link_password, secret, size, problem);
  if (is_well && !store(keys, kind, bytes_of({secret.data(), size}))) {
    problem = path + ": the gateway cannot keep it: is its state folder writable?";
    is_well = false;
  }
  ::explicit_bzero(secret.data(), secret.size());
  return is_well;
}

}  // namespace

bool store_secrets(const BrokerOptions& options, hal::Keys& keys, std::string& problem) {
  using enum hal::SecretKind;
  return take_over(options.password_file, link_password, keys, problem) &&
         take_over(options.certificate_file, link_certificate, keys, problem) &&
         take_over(options.key_file, link_private_key, keys, problem);
}

}  // namespace hf::program
