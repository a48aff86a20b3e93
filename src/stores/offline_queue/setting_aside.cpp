#include "stores/offline_queue/setting_aside.h"

#include <array>
#include <charconv>

#include "stores/offline_queue/settings.h"

namespace hf::stores::queue {
namespace {

constexpr std::uint32_t kAsideMax = 99;  // two digits; nobody has a card that bad

hal::FileName name_of(std::string_view front, std::uint32_t number, std::string_view back) {
  std::array<char, 12> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  HF_ASSERT(error == std::errc{});
  hal::FileName name;
  name.assign(front);
  HF_ASSERT(is_ok(name.try_append({digits.data(), end})) && is_ok(name.try_append(back)));
  return name;
}

hal::FileName aside_log(std::uint32_t number) { return name_of("queue-aside-", number, ".db-wal"); }

constexpr std::string_view kLogName = "queue.db-wal";

}  // namespace

hal::FileName aside_name(std::uint32_t number) { return name_of("queue-aside-", number, ".db"); }

bool is_there(hal::Flash& flash, std::string_view name) {
  const Result<hal::FileHandle> opened = flash.open(name, hal::OpenMode::read_only);
  if (opened.ok()) static_cast<void>(flash.close(opened.value()));
  return opened.status() != Status::not_found;
}

Result<std::uint32_t> set_aside(hal::Flash& flash) {
  // A log that a cut left behind belongs to the file renamed last, which then has none.
  const bool only_log = !is_there(flash, kFileName);
  std::uint32_t number = 1;
  while (number <= kAsideMax && is_there(flash, aside_name(number).view())) ++number;
  const bool follows = only_log && number > 1 && !is_there(flash, aside_log(number - 1).view());
  if (follows) --number;
  if (number > kAsideMax) return Status::full;
  if (!only_log) {
    HF_TRY(flash.rename(kFileName, aside_name(number).view()));
    HF_TRY(flash.sync_directory());
  }
  if (is_there(flash, kLogName)) {
    HF_TRY(flash.rename(kLogName, aside_log(number).view()));
    HF_TRY(flash.sync_directory());
  }
  return number;
}

}  // namespace hf::stores::queue
