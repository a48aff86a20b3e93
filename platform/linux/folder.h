// Small files of one folder, read and replaced without the heap: sysfs, procfs, counters, keys.
//
// opendir() and fopen() allocate; these use the caller's stack. Names are relative to an open
// folder, so a path is walked once, when the folder is opened.
#pragma once

#include <dirent.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "platform/linux/descriptor.h"
#include "vocabulary/outcome.h"

namespace hf::on_linux {

// Repeats a system call that a signal (or a debugger) interrupted before it did anything.
template <typename Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto answer = call();
    if (answer != -1 || errno != EINTR) return answer;
  }
}

// What an errno means to whoever asked for a file.
Status status_of_errno(int error);

// Not open: there is none, or not for us. `name` may be a path below `folder`.
Descriptor open_folder(int folder, const char* name);
Descriptor open_folder(const char* path);

// The front of the file, at most text.size() bytes, trailing white space cut. Empty: no such file,
// or nothing in it.
std::string_view read_text(int folder, const char* name, std::span<char> text);

// not_found: no such file.  corrupt: not a whole number.
Result<std::int64_t> read_number(int folder, const char* name);

// Whole buffers at an offset; the kernel may take several bites. False: errno says why.
bool write_all(int file, std::uint64_t offset, std::span<const std::byte> bytes);

// After a power cut at any instant the name means the old content or the new one. The file is
// readable by us alone.  ok: durable.  full.  unavailable.
Status replace_file(int folder, const char* name, std::span<const std::byte> bytes);

// Walks the names in a folder, "." and ".." left out, in no order.
class NamesIn {
 public:
  explicit NamesIn(int folder);

  // Null: no more. Valid until the next call.
  const char* next();

 private:
  int folder_;
  std::size_t position_ = 0;
  std::size_t filled_ = 0;
  alignas(dirent64) std::array<char, 2048> entries_;
};

}  // namespace hf::on_linux
