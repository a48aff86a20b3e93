#include "platform/linux/slots.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <csignal>

#include "platform/linux/folder.h"
#include "vocabulary/bytes.h"
#include "vocabulary/checksum.h"

namespace hf::on_linux {
namespace {

constexpr const char* kFile = "boots";

// What a damaged file counts as: never too low, and enough for the careful start that follows
// several short boots. The next stable boot sets it right.
constexpr std::uint32_t kShortBootsWhenDamaged = 3;

struct Record {
  BootId boot;
  std::uint32_t short_boots = 0;
  std::uint32_t is_stable = 1;
};

// clang-format off
constexpr std::size_t kBootAt       = 0;
constexpr std::size_t kShortBootsAt = 8;
constexpr std::size_t kIsStableAt   = 12;
constexpr std::size_t kChecksumAt   = 16;
constexpr std::size_t kRecordBytes  = 20;
// clang-format on
using Image = std::array<std::byte, kRecordBytes>;

Image pack(const Record& record) {
  Image image;
  const std::span bytes{image};
  store(bytes.subspan(kBootAt), record.boot.value);
  store(bytes.subspan(kShortBootsAt), record.short_boots);
  store(bytes.subspan(kIsStableAt), record.is_stable);
  store(bytes.subspan(kChecksumAt), crc32c(bytes.first(kChecksumAt)));
  return image;
}

// not_found: none, this is the first boot.  corrupt.
Status read_record(int folder, Record& record) {
  const Descriptor file{
      uninterrupted([&] { return ::openat(folder, kFile, O_RDONLY | O_CLOEXEC | O_NOFOLLOW); })};
  if (!file.is_open()) return errno == ENOENT ? Status::not_found : Status::corrupt;
  Image image;
  const std::span bytes{image};
  const auto count =
      uninterrupted([&] { return ::pread(file.number(), image.data(), image.size(), 0); });
  if (count != static_cast<ssize_t>(image.size()) ||
      load_u32(bytes.subspan(kChecksumAt)) != crc32c(bytes.first(kChecksumAt))) {
    return Status::corrupt;
  }
  record = {.boot = {load_u64(bytes.subspan(kBootAt))},
            .short_boots = load_u32(bytes.subspan(kShortBootsAt)),
            .is_stable = load_u32(bytes.subspan(kIsStableAt))};
  return Status::ok;
}

}  // namespace

Slots::Slots(const char* folder, BootId boot, bool may_reboot)
    : folder_(open_folder(folder)), boot_(boot), may_reboot_(may_reboot) {
  if (!folder_.is_open()) return;
  Record last;
  const Status found = read_record(folder_.number(), last);
  if (found == Status::corrupt) last.short_boots = kShortBootsWhenDamaged;
  const bool same_boot = is_ok(found) && last.boot == boot;
  const bool ended_short = !same_boot && last.is_stable == 0;
  short_boots_ = last.short_boots + (ended_short ? 1 : 0);
  // Where this cannot be written, the medium is read-only, and that is told by hal::Flash.
  if (!same_boot) static_cast<void>(keep(false));
}

Status Slots::note_stable() {
  short_boots_ = 0;
  return keep(true);
}

Status Slots::keep(bool is_stable) const {
  if (!folder_.is_open()) return Status::unavailable;
  const Image image =
      pack({.boot = boot_, .short_boots = short_boots_, .is_stable = is_stable ? 1U : 0U});
  return is_ok(replace_file(folder_.number(), kFile, image)) ? Status::ok : Status::unavailable;
}

Status Slots::reboot() {
  if (!may_reboot_) return Status::refused;
  // Asking init is the orderly way: SIGRTMIN+5 means "reboot" to systemd, SIGTERM to
  // busybox.
  const bool is_systemd = open_folder("/run/systemd/system").is_open();
  return ::kill(1, is_systemd ? SIGRTMIN + 5 : SIGTERM) == 0 ? Status::ok : Status::refused;
}

}  // namespace hf::on_linux
