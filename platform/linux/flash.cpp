#include "platform/linux/flash.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "platform/linux/folder.h"
#include "platform/linux/medium.h"
#include "vocabulary/fixed_vector.h"

namespace hf::on_linux {
namespace {

constexpr std::uint64_t kFileBytesMax = INT64_MAX;
constexpr std::size_t kZerosBytes = 4096;

// The same letters as an identifier, so that a name means nothing to a shell, a path or SQLite.
bool is_file_name(std::string_view name) {
  const auto is_letter_or_digit = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  return !name.empty() && name.size() <= hal::kFileNameCharactersMax &&
         is_letter_or_digit(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
           return is_letter_or_digit(c) || c == '_' || c == '-' || c == '.';
         });
}

// What a failed change of a file's content means: there is room or there is none; else see 4.
Status status_of_failed_write(int error) {
  const Status status = status_of_errno(error);
  return status == Status::full ? status : Status::unavailable;
}

bool is_the_file_named(int file, int folder, const char* name) {
  struct stat opened {};
  struct stat named {};
  return ::fstat(file, &opened) == 0 && ::fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         opened.st_dev == named.st_dev && opened.st_ino == named.st_ino;
}

bool write_zeros(int file, std::uint64_t from, std::uint64_t to) {
  constexpr std::array<std::byte, kZerosBytes> kZeros{};
  for (; from < to; from += kZerosBytes) {
    const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(kZerosBytes, to - from));
    if (!write_all(file, from, std::span{kZeros}.first(count))) return false;
  }
  return true;
}

// Where nothing was written yet: holes, and blocks that were reserved but never filled. Writing
// there for the first time costs metadata, whatever fallocate() promised about space.
bool fill_holes(int file, std::uint64_t bytes) {
  for (std::uint64_t at = 0; at < bytes;) {
    const off_t hole = ::lseek(file, static_cast<off_t>(at), SEEK_HOLE);
    if (hole < 0 || static_cast<std::uint64_t>(hole) >= bytes) return true;
    const off_t next = ::lseek(file, hole, SEEK_DATA);
    const std::uint64_t end = next < 0 ? bytes : std::min(bytes, static_cast<std::uint64_t>(next));
    if (!write_zeros(file, static_cast<std::uint64_t>(hole), end)) return false;
    at = end;
  }
  return true;
}

// Keeps in `found` the first names, in alphabetical order, of those behind `after`.
template <std::size_t N>
void insert_in_order(std::string_view name, const hal::FileName& after,
                     FixedVector<hal::FileName, N>& found) {
  if (!is_file_name(name) || name <= after.view()) return;
  const auto place = std::find_if(found.begin(), found.end(),
                                  [&](const hal::FileName& other) { return name < other.view(); });
  if (found.full() && place == found.end()) return;
  const auto index = static_cast<std::size_t>(place - found.begin());
  if (found.full()) found.erase(found.size() - 1);
  found.push({});
  std::copy_backward(found.begin() + index, found.end() - 1, found.end());
  found[index].assign(name);
}

}  // namespace

Flash::Flash(const char* directory) {
  ::mkdir(directory, 0750);  // EEXIST, as nearly always, is what we want
  directory_ = open_folder(directory);
  if (!directory_.is_open()) return;
  const FileSystem file_system = file_system_of(directory_.number());
  medium_.file_system = file_system.name;
  medium_.sector_bytes = sector_bytes_of(directory_.number());
  keeps_blocks_ = file_system.keeps_blocks;
}

Flash::OpenFile& Flash::open_file(hal::FileHandle file) {
  HF_ASSERT(file.slot < files_.size() && files_[file.slot].descriptor.is_open());
  return files_[file.slot];
}

// Opens and locks. Between the two, another process may give the name to another file: then the
// lock is on a file nobody can find any more, and we begin again.
Status Flash::open_locked(const hal::FileName& name, int flags, int lock, Descriptor& file) const {
  constexpr int kTriesMax = 3;
  if (!directory_.is_open()) return Status::unavailable;
  for (int i = 0; i < kTriesMax; ++i) {
    file = Descriptor{uninterrupted([&] {
      return ::openat(directory_.number(), name.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0640);
    })};
    if (!file.is_open()) return status_of_errno(errno);
    if (uninterrupted([&] { return ::flock(file.number(), lock | LOCK_NB); }) != 0) {
      return status_of_errno(errno);
    }
    if (is_the_file_named(file.number(), directory_.number(), name.c_str())) return Status::ok;
  }
  return Status::busy;
}

Result<hal::FileHandle> Flash::open(std::string_view name, hal::OpenMode mode) {
  if (!is_file_name(name)) return Status::invalid;
  const auto free = std::find_if(files_.begin(), files_.end(),
                                 [](const OpenFile& file) { return !file.descriptor.is_open(); });
  if (free == files_.end()) return Status::full;

  hal::FileName path;
  path.assign(name);
  const bool read_only = mode == hal::OpenMode::read_only;
  const int flags = read_only                       ? O_RDONLY
                    : mode == hal::OpenMode::create ? O_RDWR | O_CREAT
                                                    : O_RDWR;
  Descriptor file;
  HF_TRY(open_locked(path, flags, read_only ? LOCK_SH : LOCK_EX, file));
  *free = {std::move(file), read_only};
  return hal::FileHandle{static_cast<std::uint16_t>(free - files_.begin())};
}

Status Flash::close(hal::FileHandle file) {
  return open_file(file).descriptor.close() ? Status::ok : Status::unavailable;
}

Result<std::uint32_t> Flash::read(hal::FileHandle file, std::uint64_t offset,
                                  std::span<std::byte> bytes) {
  const int descriptor = open_file(file).descriptor.number();
  if (offset > kFileBytesMax) return std::uint32_t{0};
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const auto count = uninterrupted([&] {
      return ::pread(descriptor, bytes.data() + filled, bytes.size() - filled,
                     static_cast<off_t>(offset + filled));
    });
    if (count < 0) return Status::unavailable;
    if (count == 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return static_cast<std::uint32_t>(filled);
}

Status Flash::write(hal::FileHandle file, std::uint64_t offset, std::span<const std::byte> bytes) {
  const OpenFile& target = open_file(file);
  if (target.read_only) return Status::refused;
  if (offset > kFileBytesMax - bytes.size()) return Status::full;
  return write_all(target.descriptor.number(), offset, bytes) ? Status::ok
                                                              : status_of_failed_write(errno);
}

Status Flash::resize(hal::FileHandle file, std::uint64_t bytes) {
  const OpenFile& target = open_file(file);
  if (target.read_only) return Status::refused;
  if (bytes > kFileBytesMax) return Status::full;
  const int done = uninterrupted(
      [&] { return ::ftruncate(target.descriptor.number(), static_cast<off_t>(bytes)); });
  return done == 0 ? Status::ok : status_of_failed_write(errno);
}

Status Flash::reserve(hal::FileHandle file, std::uint64_t bytes) {
  const OpenFile& target = open_file(file);
  if (target.read_only) return Status::refused;
  if (bytes > kFileBytesMax) return Status::full;
  const auto before = size(file);
  HF_TRY(before);
  if (bytes == 0) return Status::ok;

  // All the space first: it fails at once and cheaply, and lays the blocks side by side.
  const int descriptor = target.descriptor.number();
  const int allocated =
      uninterrupted([&] { return ::fallocate(descriptor, 0, 0, static_cast<off_t>(bytes)); });
  const bool can_allocate = allocated == 0 || (errno != EOPNOTSUPP && errno != ENOSYS);
  if (allocated != 0 && can_allocate) return status_of_failed_write(errno);
  if (!write_zeros(descriptor, before.value(), bytes) || !fill_holes(descriptor, bytes)) {
    return status_of_failed_write(errno);
  }
  return allocated == 0 && keeps_blocks_ ? Status::ok : Status::unsupported;
}

Status Flash::sync(hal::FileHandle file) {
  // fdatasync() also writes the size, where reading the data back needs it; only dates are left.
  return ::fdatasync(open_file(file).descriptor.number()) == 0 ? Status::ok : Status::unavailable;
}

Status Flash::sync_directory() {
  return directory_.is_open() && ::fsync(directory_.number()) == 0 ? Status::ok
                                                                   : Status::unavailable;
}

Result<std::uint64_t> Flash::size(hal::FileHandle file) {
  struct stat found {};
  if (::fstat(open_file(file).descriptor.number(), &found) != 0) return Status::unavailable;
  return static_cast<std::uint64_t>(found.st_size);
}

Status Flash::rename(std::string_view from, std::string_view to) {
  if (!is_file_name(from) || !is_file_name(to)) return Status::invalid;
  hal::FileName source;
  hal::FileName target;
  source.assign(from);
  target.assign(to);
  Descriptor source_file;
  HF_TRY(open_locked(source, O_RDONLY, LOCK_EX, source_file));
  if (source == target) return Status::ok;
  Descriptor target_file;
  const Status held = open_locked(target, O_RDONLY, LOCK_EX, target_file);
  if (held != Status::ok && held != Status::not_found) return held;
  const int renamed =
      ::renameat(directory_.number(), source.c_str(), directory_.number(), target.c_str());
  return renamed == 0 ? Status::ok : Status::unavailable;
}

Status Flash::remove(std::string_view name) {
  if (!is_file_name(name)) return Status::invalid;
  hal::FileName path;
  path.assign(name);
  Descriptor file;
  const Status held = open_locked(path, O_RDONLY, LOCK_EX, file);
  if (held == Status::not_found) return Status::ok;
  HF_TRY(held);
  return ::unlinkat(directory_.number(), path.c_str(), 0) == 0 ? Status::ok : Status::unavailable;
}

Status Flash::name_at(std::uint32_t index, hal::FileName& name) {
  if (!directory_.is_open()) return Status::unavailable;
  // The directory has no order and we have no memory to sort it in: each pass finds the names that
  // follow the last one of the pass before.
  constexpr std::size_t kNamesPerPass = 32;
  FixedVector<hal::FileName, kNamesPerPass> found;
  hal::FileName after;
  for (;;) {
    found.clear();
    NamesIn names{directory_.number()};
    while (const char* next = names.next()) insert_in_order(next, after, found);
    if (index < found.size()) {
      name = found[index];
      return Status::ok;
    }
    if (!found.full()) return Status::not_found;
    index -= static_cast<std::uint32_t>(found.size());
    after = found[found.size() - 1];
  }
}

Result<hal::Space> Flash::space() {
  struct statvfs found {};
  if (!directory_.is_open() || ::fstatvfs(directory_.number(), &found) != 0) {
    return Status::unavailable;
  }
  return hal::Space{.bytes_free = std::uint64_t{found.f_bavail} * found.f_frsize,
                    .bytes_total = std::uint64_t{found.f_blocks} * found.f_frsize};
}

hal::Medium Flash::medium() const {
  hal::Medium medium = medium_;
  if (directory_.is_open()) {
    medium.state = is_mounted_read_only(directory_.number()) ? hal::MediumState::read_only
                                                             : hal::MediumState::writable;
  }
  return medium;
}

}  // namespace hf::on_linux
