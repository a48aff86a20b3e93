// A file in memory, without a name on any disk: for OpenSSL, which takes secrets from files only.
#pragma once

#include <cstddef>
#include <span>
#include <string>

namespace hf::link_role {

class MemoryFile {
 public:
  MemoryFile() = default;
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  // Replaces what it held; empty bytes, or no memory: it holds nothing.
  void hold(std::span<const std::byte> bytes);

  // Where to open it, in this process. Empty: it holds nothing.
  std::string path() const;

 private:
  int descriptor_ = -1;
};

}  // namespace hf::link_role
