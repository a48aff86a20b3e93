// How far a program of ours is: a bar for who watches, now and then a line for a log.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>

namespace hf::test {

class Progress {
 public:
  Progress(std::uint64_t most, const char* unit)
      : most_(most),
        unit_(unit),
        is_watched_(isatty(STDERR_FILENO) == 1),
        steps_(is_watched_ ? 40 : 10) {}
  ~Progress() {
    if (is_watched_) std::fprintf(stderr, "\r\x1b[K");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  void show(std::uint64_t done) {
    const auto step =
        static_cast<int>(std::min(most_, done) * static_cast<unsigned>(steps_) / most_);
    if (step == shown_) return;
    shown_ = step;
    const auto count = static_cast<unsigned long long>(done);
    if (is_watched_) {
      std::fprintf(stderr, "\r\x1b[K  [%.*s%.*s] %llu %s", step,
                   "########################################", steps_ - step,
                   "........................................", count, unit_);
    } else {
      std::fprintf(stderr, "  %llu %s\n", count, unit_);
    }
  }

 private:
  std::uint64_t most_;
  const char* unit_;
  bool is_watched_;
  int steps_;
  int shown_ = 0;
};

}  // namespace hf::test
