// What tests compare bytes with: files of tests/golden, and the pages of docs/formats.
//
// A suite that includes this defines HOLDFAST_GOLDEN_DIR.
#pragma once

#include <cstddef>
#include <fstream>
#include <iomanip>
#include <iterator>
#include <span>
#include <sstream>
#include <string>
#include <string_view>

namespace hf::test {

inline std::string golden_path(std::string_view name) {
  return std::string(HOLDFAST_GOLDEN_DIR) + "/" + std::string(name);
}

// All of it; empty where there is no such file.
inline std::string contents_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string golden_text(std::string_view name) { return contents_of(golden_path(name)); }

inline std::string format_page(std::string_view name) {
  return golden_text("../../docs/formats/" + std::string(name));
}

// As golden files and pages have it: 32 bytes a line.
inline std::string hex_of(std::span<const std::byte> bytes) {
  std::ostringstream text;
  text << std::hex << std::setfill('0');
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text << std::setw(2) << std::to_integer<unsigned>(bytes[i])
         << (i % 32 == 31 || i + 1 == bytes.size() ? '\n' : ' ');
  }
  return text.str();
}

}  // namespace hf::test
