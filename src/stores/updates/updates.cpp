#include "stores/updates/updates.h"

#include <algorithm>
#include <array>

#include "vocabulary/bytes.h"

namespace hf::stores {
namespace {

// Not yet a wish: renamed when it is whole.
constexpr std::string_view kPartialFile = "update.partial";

}  // namespace

bool is_update_address(std::string_view address) {
  const std::size_t scheme = address.starts_with("https://")  ? 8
                             : address.starts_with("http://") ? 7
                                                              : 0;
  if (scheme == 0 || address.size() == scheme || address.size() > kUpdateAddressBytesMax) {
    return false;
  }
  constexpr std::string_view kQuotes = "\"'`\\$";
  return std::ranges::all_of(address, [&](char letter) {
    return letter > ' ' && letter < '\x7f' && kQuotes.find(letter) == std::string_view::npos;
  });
}

Status Updates::want(std::string_view address) {
  if (!is_update_address(address)) return Status::invalid;
  if (report().empty()) return Status::unsupported;
  HF_TRY(flash_.remove(kPartialFile));
  HF_TRY(write(address));
  HF_TRY(flash_.rename(kPartialFile, kUpdateRequestFile));
  return flash_.sync_directory();
}

Status Updates::write(std::string_view address) {
  const Result<hal::FileHandle> file = flash_.open(kPartialFile, hal::OpenMode::create);
  HF_TRY(file);
  std::array<char, kUpdateAddressBytesMax + 1> line{};
  std::ranges::copy(address, line.begin());
  line[address.size()] = '\n';
  Status status =
      flash_.write(file.value(), 0, bytes_of({line.data(), address.size() + std::size_t{1}}));
  if (is_ok(status)) status = flash_.sync(file.value());
  const Status closed = flash_.close(file.value());
  return is_ok(status) ? closed : status;
}

std::string_view Updates::report() {
  report_ = {};
  const Result<hal::FileHandle> file = flash_.open(kUpdateReportFile, hal::OpenMode::read_only);
  if (!file.ok()) return {};
  std::array<char, kUpdateReportBytesMax> text{};
  const auto count = flash_.read(file.value(), 0, std::as_writable_bytes(std::span{text}));
  static_cast<void>(is_ok(flash_.close(file.value())));
  std::string_view said{text.data(), count.value_or(0)};
  said = said.substr(0, said.find('\n'));
  report_.assign(said);
  return report_.view();
}

}  // namespace hf::stores
