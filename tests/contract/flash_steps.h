// Steps that the flash suites take again and again. Each fails the test when the step does.
#pragma once

#include <CppUTest/TestHarness.h>

#include "tests/contract/board_under_test.h"
#include "vocabulary/random.h"

namespace hf::contract {

// Bytes that tell which pattern they are of, from the first one on. Never all zero.
inline std::vector<std::byte> bytes_of_pattern(std::size_t count, std::uint64_t pattern) {
  std::vector<std::byte> bytes(count);
  Random random{pattern};
  for (std::byte& byte : bytes) byte = static_cast<std::byte>(random.next() | 1);
  return bytes;
}

inline hal::FileHandle opened(hal::Flash& flash, std::string_view name,
                              hal::OpenMode mode = hal::OpenMode::create) {
  const Result<hal::FileHandle> file = flash.open(name, mode);
  CHECK(file.ok());
  return file.value();
}

// Up to `count` bytes from `offset` on.
inline std::vector<std::byte> contents(hal::Flash& flash, hal::FileHandle file,
                                       std::uint64_t offset, std::size_t count) {
  std::vector<std::byte> bytes(count);
  const Result<std::uint32_t> read = flash.read(file, offset, bytes);
  CHECK(read.ok());
  bytes.resize(read.value());
  return bytes;
}

inline std::vector<std::byte> contents(hal::Flash& flash, hal::FileHandle file) {
  const Result<std::uint64_t> size = flash.size(file);
  CHECK(size.ok());
  return contents(flash, file, 0, static_cast<std::size_t>(size.value()));
}

// A file with this content and nothing else, durable when this returns.
inline void put(hal::Flash& flash, std::string_view name, std::span<const std::byte> bytes) {
  const hal::FileHandle file = opened(flash, name);
  CHECK(is_ok(flash.resize(file, 0)));
  CHECK(is_ok(flash.write(file, 0, bytes)));
  CHECK(is_ok(flash.sync(file)));
  CHECK(is_ok(flash.close(file)));
  CHECK(is_ok(flash.sync_directory()));
}

inline std::vector<std::string> names(hal::Flash& flash) {
  std::vector<std::string> all;
  hal::FileName name;
  while (is_ok(flash.name_at(static_cast<std::uint32_t>(all.size()), name))) {
    all.emplace_back(name.view());
  }
  return all;
}

// True: the whole content of `name` is `bytes`. False: other content, or no such file.
inline bool holds(hal::Flash& flash, std::string_view name, std::span<const std::byte> bytes) {
  const Result<hal::FileHandle> file = flash.open(name, hal::OpenMode::existing);
  if (!file.ok()) return false;
  const std::vector<std::byte> found = contents(flash, file.value());
  CHECK(is_ok(flash.close(file.value())));
  return std::equal(found.begin(), found.end(), bytes.begin(), bytes.end());
}

}  // namespace hf::contract
