// A file descriptor that closes itself. Every one of ours is opened close-on-exec, so that no role
// inherits it.
#pragma once

#include <unistd.h>

#include <utility>

namespace hf::on_linux {

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}  // negative: none
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      close();
      number_ = std::exchange(other.number_, -1);
    }
    return *this;
  }
  ~Descriptor() { close(); }

  bool is_open() const { return number_ >= 0; }
  int number() const { return number_; }

  // False: the kernel reported a lost write. Linux frees the number all the same, so it is never
  // closed again: by then it may be somebody else's.
  bool close() { return number_ < 0 || ::close(std::exchange(number_, -1)) == 0; }

 private:
  int number_ = -1;
};

}  // namespace hf::on_linux
