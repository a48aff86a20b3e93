// After boot the core allocates nothing; this is what holds it to that.
//
// A program that calls seal() has its malloc, operator new and their relatives here, also for the
// libraries it uses (a definition in the program comes before theirs). Three states:
//
//   open ──seal()──▶ sealed ──begin_closing()──▶ closing
//
// While sealed, an allocation on the thread that sealed is a broken promise. In tests it ends the
// program with a sentence that names size and caller; in the field it is served, counted and
// reported, because a gateway that has broken a promise of memory still keeps those about data.
// Other threads and programs of ours (libraries that cannot obey live there) are not concerned.
// Releasing memory is always allowed: it cannot grow what is resident.
//
// Under AddressSanitizer, which has to own malloc itself, nothing is watched: is_watching() says
// so. Cost: one thread-local load per allocation.
#pragma once

#include <cstddef>
#include <cstdint>

namespace hf::heap_seal {

enum class State : std::uint8_t { open, sealed, closing };

enum class OnAllocation : std::uint8_t {
  abort,  // tests: with a sentence and a backtrace on standard error
  count,  // the field
};

// In simulation the world runs on the core's thread: until this goes, what is allocated there is
// the core's and counts, or is the world's and does not. They nest. Without a seal nothing counts.
class Watching {
 public:
  explicit Watching(bool is_core);
  ~Watching();
  Watching(const Watching&) = delete;
  Watching& operator=(const Watching&) = delete;

 private:
  const bool was_core_;
};

// What happened on the sealed thread since seal(), for the metrics and an alert.
struct Broken {
  std::uint64_t count = 0;
  std::size_t bytes_last = 0;
  const void* caller_last = nullptr;  // locate() makes it readable
};

struct Caller {
  const char* module = "?";    // program or library; addr2line -e MODULE OFFSET gives file and line
  const char* function = "?";  // where the module says
  std::size_t offset = 0;
};

// REQUIRES: open. The calling thread is the one that is watched.
void seal(OnAllocation reaction);

// From here on all may allocate again. REQUIRES: sealed, and on the same thread.
void begin_closing();

// Any thread.
State state();
Broken broken();
Caller locate(const void* caller);

bool is_watching();

}  // namespace hf::heap_seal
