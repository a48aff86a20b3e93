// The link role as a program of its own, for tests: `<program> link 0`, with its channel.
//
// Paho looks every tenth of a second whether there is a socket to look after. That is often enough
// in the field, and not for ten thousand connections in a test: here it sleeps for a few
// milliseconds.
//
// HOLDFAST_HEAP=FILE: two numbers (long) in FILE are kept true while the program runs: how many
// allocations live, and their bytes. Not under AddressSanitizer, which has to own malloc itself.
#include <fcntl.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "platform/linux/link/link_role.h"
#include "platform/linux/processes.h"

namespace {

constexpr useconds_t kSleepMostUs = 4000;

struct Heap {
  std::atomic<long> allocations;
  std::atomic<long> bytes;
};

constinit Heap own_heap{};
constinit Heap* heap = &own_heap;

// Before there are threads: nothing is counted twice or not at all.
void show_heap(const char* path) {
  if (path == nullptr) return;
  const int file = ::open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(Heap)) != 0) return;
  void* shown = ::mmap(nullptr, sizeof(Heap), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  if (shown == MAP_FAILED) return;
  auto* const there = static_cast<Heap*>(shown);
  there->allocations = own_heap.allocations.load();
  there->bytes = own_heap.bytes.load();
  heap = there;
}

}  // namespace

#if !defined(__SANITIZE_ADDRESS__)

// libc's own, by labels: names that begin so are not ours to declare.
void* libc_malloc(std::size_t bytes) __asm__("__libc_malloc");
void* libc_calloc(std::size_t count, std::size_t bytes) __asm__("__libc_calloc");
void* libc_realloc(void* memory, std::size_t bytes) __asm__("__libc_realloc");
void* libc_memalign(std::size_t alignment, std::size_t bytes) __asm__("__libc_memalign");
void libc_free(void* memory) __asm__("__libc_free");

namespace {

void* count(void* memory) {
  if (memory == nullptr) return nullptr;
  ++heap->allocations;
  heap->bytes += static_cast<long>(::malloc_usable_size(memory));
  return memory;
}

void discount(void* memory) {
  if (memory == nullptr) return;
  --heap->allocations;
  heap->bytes -= static_cast<long>(::malloc_usable_size(memory));
}

}  // namespace

extern "C" {

void* malloc(std::size_t bytes) noexcept { return count(libc_malloc(bytes)); }
void* calloc(std::size_t number, std::size_t bytes) noexcept {
  return count(libc_calloc(number, bytes));
}
void* realloc(void* memory, std::size_t bytes) noexcept {
  discount(memory);
  void* const moved = libc_realloc(memory, bytes);
  if (moved == nullptr && bytes > 0) count(memory);  // it stays where it was
  return count(moved);
}
void* memalign(std::size_t alignment, std::size_t bytes) noexcept {
  return count(libc_memalign(alignment, bytes));
}
void* aligned_alloc(std::size_t alignment, std::size_t bytes) noexcept {
  return count(libc_memalign(alignment, bytes));
}
int posix_memalign(void** memory, std::size_t alignment, std::size_t bytes) noexcept {
  *memory = count(libc_memalign(alignment, bytes));
  return *memory == nullptr ? ENOMEM : 0;
}
void free(void* memory) noexcept {
  discount(memory);
  libc_free(memory);
}

}  // extern "C"

#endif

// Instead of the C library's. By label: its headers may have made the name an inline function.
extern "C" int usleep_instead(useconds_t time_us) asm("usleep");
extern "C" int usleep_instead(useconds_t time_us) {
  const auto time_ns = static_cast<long>(std::min(time_us, kSleepMostUs)) * 1000;
  const timespec time{.tv_sec = 0, .tv_nsec = time_ns};
  return ::nanosleep(&time, nullptr);
}

int main() {
  show_heap(std::getenv("HOLDFAST_HEAP"));
  return hf::link_role::run_link_role(hf::on_linux::Processes::kChannel);
}
