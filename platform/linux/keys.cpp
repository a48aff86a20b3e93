#include "platform/linux/keys.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>

#include "platform/linux/folder.h"
#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"
#include "vocabulary/fixed_string.h"

namespace hf::on_linux {
namespace {

// clang-format off
constexpr std::size_t kMagicAt    = 0;
constexpr std::size_t kVersionAt  = 4;
constexpr std::size_t kKindAt     = 5;
constexpr std::size_t kNumberAt   = 6;
constexpr std::size_t kLengthAt   = 8;
constexpr std::size_t kChecksumAt = 12;
constexpr std::size_t kSecretAt   = 16;
// clang-format on
constexpr std::uint32_t kMagic = 0x594B4648;  // "HFKY"
constexpr std::byte kVersion{1};

constexpr std::array<std::string_view, 5> kKindNames{
    "data_key", "link_private_key", "link_certificate", "link_password", "hub_public_key"};

// A file's worth of bytes on the stack, wiped when it goes out of sight.
struct Image {
  std::array<std::byte, kSecretAt + hal::kSecretBytesMax> bytes;

  Image() = default;
  Image(const Image&) = delete;
  Image& operator=(const Image&) = delete;
  ~Image() { ::explicit_bzero(bytes.data(), bytes.size()); }

  std::span<std::byte> front(std::size_t count) { return std::span{bytes}.first(count); }
};

using Name = FixedString<31>;

Name file_name_of(hal::SecretId id) {
  const auto kind = kKindNames[static_cast<std::size_t>(id.kind)];
  std::array<char, Name::capacity() + 1> text;
  const int size = std::snprintf(text.data(), text.size(), "%.*s.%u", static_cast<int>(kind.size()),
                                 kind.data(), unsigned{id.number});
  Name name;
  name.assign({text.data(), static_cast<std::size_t>(size)});
  return name;
}

std::uint32_t checksum_of(std::span<const std::byte> file) {
  return crc32c(file.subspan(kSecretAt), crc32c(file.first(kChecksumAt)));
}

std::span<const std::byte> pack(hal::SecretId id, std::span<const std::byte> secret, Image& image) {
  const auto file = image.front(kSecretAt + secret.size());
  hf::store(file.subspan(kMagicAt), kMagic);
  file[kVersionAt] = kVersion;
  file[kKindAt] = static_cast<std::byte>(id.kind);
  hf::store(file.subspan(kNumberAt), id.number);
  hf::store(file.subspan(kLengthAt), static_cast<std::uint32_t>(secret.size()));
  std::copy(secret.begin(), secret.end(), file.begin() + kSecretAt);
  hf::store(file.subspan(kChecksumAt), checksum_of(file));
  return file;
}

bool is_whole(hal::SecretId id, std::span<const std::byte> file) {
  return file.size() > kSecretAt && load_u32(file.subspan(kMagicAt)) == kMagic &&
         file[kVersionAt] == kVersion && file[kKindAt] == static_cast<std::byte>(id.kind) &&
         load_u16(file.subspan(kNumberAt)) == id.number &&
         load_u32(file.subspan(kLengthAt)) == file.size() - kSecretAt &&
         load_u32(file.subspan(kChecksumAt)) == checksum_of(file);
}

Descriptor open_file(int folder, const char* name, int flags) {
  return Descriptor{
      uninterrupted([&] { return ::openat(folder, name, flags | O_CLOEXEC | O_NOFOLLOW); })};
}

// The whole file, and a byte more if there is one, so that a file that has grown is not whole.
Result<std::uint32_t> read_file(int file, std::span<std::byte> bytes) {
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count = uninterrupted([&] {
      return ::pread(file, bytes.data() + filled, bytes.size() - filled,
                     static_cast<off_t>(filled));
    });
    if (count < 0) return Status::unavailable;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return static_cast<std::uint32_t>(filled);
}

bool overwrite(int file) {
  constexpr std::array<std::byte, kSecretAt + hal::kSecretBytesMax> kZeros{};
  struct stat found {};
  if (::fstat(file, &found) != 0) return false;
  const auto size = std::min<std::size_t>(kZeros.size(), static_cast<std::size_t>(found.st_size));
  return write_all(file, 0, std::span{kZeros}.first(size)) && ::fsync(file) == 0;
}

// A power cut in replace_file() may have left an unfinished file with a secret in it.
void erase_unfinished(int folder) {
  NamesIn names{folder};
  while (const char* name = names.next()) {
    if (!std::string_view{name}.ends_with(".new")) continue;
    const Descriptor file = open_file(folder, name, O_WRONLY);
    if (file.is_open() && overwrite(file.number())) ::unlinkat(folder, name, 0);
  }
}

}  // namespace

Keys::Keys(const char* folder) {
  ::mkdir(folder, 0700);
  Descriptor opened = open_folder(folder);
  struct stat found {};
  if (!opened.is_open() || ::fstat(opened.number(), &found) != 0) return;
  const bool others_may_look = (found.st_mode & (S_IRWXG | S_IRWXO)) != 0;
  if (others_may_look && ::fchmod(opened.number(), 0700) != 0) return;
  folder_ = std::move(opened);
  erase_unfinished(folder_.number());
}

Result<std::uint32_t> Keys::load(hal::SecretId id, std::span<std::byte> secret) {
  if (!folder_.is_open()) return Status::unavailable;
  const Name name = file_name_of(id);
  const Descriptor file = open_file(folder_.number(), name.c_str(), O_RDONLY);
  if (!file.is_open()) return errno == ENOENT ? Status::not_found : Status::unavailable;
  Image image;
  const auto count = read_file(file.number(), image.bytes);
  HF_TRY(count);
  const auto content = image.front(count.value());
  if (!is_whole(id, content)) return Status::corrupt;
  const auto found = content.subspan(kSecretAt);
  if (found.size() > secret.size()) return Status::full;
  std::copy(found.begin(), found.end(), secret.begin());
  return static_cast<std::uint32_t>(found.size());
}

Status Keys::store(hal::SecretId id, std::span<const std::byte> secret) {
  if (secret.empty() || secret.size() > hal::kSecretBytesMax) return Status::invalid;
  if (!folder_.is_open()) return Status::unavailable;
  const Name name = file_name_of(id);
  // Held open, the old file can still be overwritten once its name means the new one.
  const Descriptor old = open_file(folder_.number(), name.c_str(), O_WRONLY);
  Image image;
  HF_TRY(replace_file(folder_.number(), name.c_str(), pack(id, secret, image)));
  if (old.is_open()) overwrite(old.number());  // the new secret is stored whether or not this works
  return Status::ok;
}

Status Keys::erase(hal::SecretId id) {
  if (!folder_.is_open()) return Status::unavailable;
  const Name name = file_name_of(id);
  const Descriptor file = open_file(folder_.number(), name.c_str(), O_WRONLY);
  if (!file.is_open()) return errno == ENOENT ? Status::ok : Status::unavailable;
  if (!overwrite(file.number())) return Status::unavailable;
  if (::unlinkat(folder_.number(), name.c_str(), 0) != 0) return Status::unavailable;
  return ::fsync(folder_.number()) == 0 ? Status::ok : Status::unavailable;
}

}  // namespace hf::on_linux
