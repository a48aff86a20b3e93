#include "platform/linux/folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstdio>

#include "vocabulary/fixed_string.h"

namespace hf::on_linux {
namespace {

constexpr std::string_view kUnfinished = ".new";

std::string_view without_trailing_space(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

bool write_unfinished(int folder, const char* name, std::span<const std::byte> bytes) {
  Descriptor file{uninterrupted([&] {
    return ::openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  })};
  return file.is_open() && write_all(file.number(), 0, bytes) && ::fsync(file.number()) == 0 &&
         file.close();
}

}  // namespace

Status status_of_errno(int error) {
  switch (error) {
    case ENOENT: return Status::not_found;
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
    case EMFILE:
    case ENFILE:
    case ENOMEM: return Status::full;
    case EWOULDBLOCK:
    case EBUSY:
    case ETXTBSY: return Status::busy;
    default: return Status::unavailable;
  }
}

Descriptor open_folder(int folder, const char* name) {
  return Descriptor{
      uninterrupted([&] { return ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC); })};
}

Descriptor open_folder(const char* path) { return open_folder(AT_FDCWD, path); }

std::string_view read_text(int folder, const char* name, std::span<char> text) {
  const Descriptor file{
      uninterrupted([&] { return ::openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK); })};
  if (!file.is_open()) return {};
  std::size_t filled = 0;
  while (filled < text.size()) {
    const auto count = uninterrupted(
        [&] { return ::read(file.number(), text.data() + filled, text.size() - filled); });
    if (count <= 0) break;  // an error in sysfs (no battery in the bay) reads as nothing known
    filled += static_cast<std::size_t>(count);
  }
  return without_trailing_space({text.data(), filled});
}

Result<std::int64_t> read_number(int folder, const char* name) {
  std::array<char, 32> buffer;
  const auto text = read_text(folder, name, buffer);
  if (text.empty()) return Status::not_found;
  std::int64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || rest != end) return Status::corrupt;
  return number;
}

bool write_all(int file, std::uint64_t offset, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto count = uninterrupted(
        [&] { return ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset)); });
    if (count == 0) errno = EIO;  // no file system of ours does that; but it must not loop here
    if (count <= 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
    offset += static_cast<std::uint64_t>(count);
  }
  return true;
}

Status replace_file(int folder, const char* name, std::span<const std::byte> bytes) {
  FixedString<NAME_MAX> unfinished;
  HF_TRY(unfinished.try_append(name));
  HF_TRY(unfinished.try_append(kUnfinished));
  if (!write_unfinished(folder, unfinished.c_str(), bytes)) {
    const Status status = status_of_errno(errno);
    ::unlinkat(folder, unfinished.c_str(), 0);
    return status == Status::full ? status : Status::unavailable;
  }
  if (::renameat(folder, unfinished.c_str(), folder, name) != 0) return Status::unavailable;
  return ::fsync(folder) == 0 ? Status::ok : Status::unavailable;
}

NamesIn::NamesIn(int folder) : folder_(folder) { ::lseek(folder, 0, SEEK_SET); }

const char* NamesIn::next() {
  for (;;) {
    if (position_ == filled_) {
      const auto count = ::getdents64(folder_, entries_.data(), entries_.size());
      if (count <= 0) return nullptr;
      filled_ = static_cast<std::size_t>(count);
      position_ = 0;
    }
    // The kernel lays entries out at multiples of eight; the buffer is aligned for the first.
    const auto* entry = reinterpret_cast<const dirent64*>(  // NOLINT: the kernel's own layout
        static_cast<const void*>(entries_.data() + position_));
    position_ += entry->d_reclen;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") return entry->d_name;
  }
}

}  // namespace hf::on_linux
