#include "files/aside/aside.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "vocabulary/bytes.h"

namespace hf::files {
namespace {

constexpr std::uint32_t kAsideMax = 9999;  // four digits: one a day for 27 years
// What SQLite may have left beside a file.
constexpr std::array<std::string_view, 2> kSuffixes{"-wal", "-journal"};

hal::FileName name_of(std::initializer_list<std::string_view> parts) {
  hal::FileName name;
  for (const std::string_view part : parts) HF_ASSERT(is_ok(name.try_append(part)));
  return name;
}

hal::FileName file_name(std::string_view stem) { return name_of({stem, ".db"}); }

// The number in the name of a file set aside; 0: it is none of that stem.
std::uint32_t number_in(std::string_view name, std::string_view stem) {
  constexpr std::string_view kBetween = "-aside-";
  constexpr std::string_view kEnd = ".db";
  if (!name.starts_with(stem) || !name.ends_with(kEnd)) return 0;
  name.remove_prefix(stem.size());
  if (!name.starts_with(kBetween)) return 0;
  const std::string_view digits =
      name.substr(kBetween.size(), name.size() - kBetween.size() - kEnd.size());
  std::uint32_t number = 0;
  const auto end = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  const bool is_number = end.ec == std::errc{} && end.ptr == digits.data() + digits.size();
  return is_number && number <= kAsideMax ? number : 0;
}

std::uint64_t size_of(hal::Flash& flash, std::string_view name) {
  const Result<hal::FileHandle> opened = flash.open(name, hal::OpenMode::read_only);
  if (!opened.ok()) return 0;
  const std::uint64_t bytes = flash.size(opened.value()).value_or(0);
  static_cast<void>(flash.close(opened.value()));
  return bytes;
}

bool has_companion(hal::Flash& flash, const hal::FileName& file) {
  return std::ranges::any_of(kSuffixes, [&](std::string_view suffix) {
    return is_there(flash, name_of({file.view(), suffix}).view());
  });
}

}  // namespace

hal::FileName aside_name(std::string_view stem, std::uint32_t number) {
  HF_ASSERT(stem.size() <= kStemCharactersMax);
  std::array<char, 12> digits{};
  const auto [end, error] = std::to_chars(digits.data(), digits.data() + digits.size(), number);
  HF_ASSERT(error == std::errc{});
  return name_of({stem, "-aside-", {digits.data(), end}, ".db"});
}

bool is_there(hal::Flash& flash, std::string_view name) {
  const Result<hal::FileHandle> opened = flash.open(name, hal::OpenMode::read_only);
  if (opened.ok()) static_cast<void>(flash.close(opened.value()));
  return opened.status() != Status::not_found;
}

Result<std::uint32_t> set_aside(hal::Flash& flash, std::string_view stem) {
  // A log that a cut left behind belongs to the file renamed last, which then has none.
  const hal::FileName file = file_name(stem);
  const bool only_log = !is_there(flash, file.view());
  std::uint32_t number = newest_aside(flash, stem) + 1;
  const bool follows =
      only_log && number > 1 && !has_companion(flash, aside_name(stem, number - 1));
  if (follows) --number;
  if (number > kAsideMax) return Status::full;
  const hal::FileName aside = aside_name(stem, number);
  if (!only_log) {
    HF_TRY(flash.rename(file.view(), aside.view()));
    HF_TRY(flash.sync_directory());
  }
  for (const std::string_view suffix : kSuffixes) {
    const hal::FileName beside = name_of({file.view(), suffix});
    if (!is_there(flash, beside.view())) continue;
    HF_TRY(flash.rename(beside.view(), name_of({aside.view(), suffix}).view()));
    HF_TRY(flash.sync_directory());
  }
  return number;
}

std::uint32_t newest_aside(hal::Flash& flash, std::string_view stem) {
  return asides(flash, stem).newest;
}

AsideFiles asides(hal::Flash& flash, std::string_view stem) {
  AsideFiles files;
  std::uint32_t lowest = UINT32_MAX;
  std::uint32_t second = UINT32_MAX;  // the lowest but one
  hal::FileName name;
  for (std::uint32_t index = 0; is_ok(flash.name_at(index, name)); ++index) {
    const std::uint32_t number = number_in(name.view(), stem);
    if (number == 0) continue;
    ++files.count;
    files.bytes += size_of(flash, name.view());
    for (const std::string_view suffix : kSuffixes) {
      files.bytes += size_of(flash, name_of({name.view(), suffix}).view());
    }
    files.newest = std::max(files.newest, number);
    second = std::min(second, std::max(lowest, number));
    lowest = std::min(lowest, number);
  }
  if (files.count > 0) files.first_to_go = second < files.newest ? second : lowest;
  return files;
}

Status give_up_aside(hal::Flash& flash, std::string_view stem, std::uint32_t number) {
  const hal::FileName file = aside_name(stem, number);
  for (const std::string_view suffix : kSuffixes) {
    HF_TRY(flash.remove(name_of({file.view(), suffix}).view()));
  }
  HF_TRY(flash.remove(file.view()));
  return flash.sync_directory();
}

bool stretch(hal::Flash& flash, std::string_view name, std::uint32_t page_bytes,
             std::uint64_t bytes_max) {
  const Result<hal::FileHandle> file = flash.open(name, hal::OpenMode::existing);
  if (!file.ok()) return false;
  constexpr std::size_t kPageCountAt = 28;  // SQLite's file format, big-endian
  std::array<std::byte, 4> pages{};
  const bool is_read = flash.read(file.value(), kPageCountAt, pages).value_or(0) == pages.size();
  const std::uint64_t bytes = std::uint64_t{__builtin_bswap32(load_u32(pages))} * page_bytes;
  const bool is_stretched = is_read && bytes <= bytes_max &&
                            is_ok(flash.resize(file.value(), bytes)) &&
                            is_ok(flash.sync(file.value()));
  static_cast<void>(flash.close(file.value()));
  return is_stretched;
}

}  // namespace hf::files
