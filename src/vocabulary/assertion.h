// Assertions: for what only a bug can break. They stay on in the field.
//
// A failed assertion calls the handler (which leaves a record of where), then aborts: the process
// ends, its watcher or the watchdog starts it again. Going on after a broken invariant could write
// nonsense to flash, which is worse than a restart.
#pragma once

#include <cstdint>

namespace hf {

struct FailedAssertion {
  const char* condition;
  const char* file;
  std::uint32_t line;
};

// Called once, on the failing thread, before the process ends. Must not allocate and must return.
using AssertionHandler = void (*)(const FailedAssertion& failed);

// Returns the handler that was set before. Null: print to standard error only.
AssertionHandler set_assertion_handler(AssertionHandler handler);

[[noreturn]] void assertion_failed(const char* condition, const char* file, std::uint32_t line);

}  // namespace hf

#define HF_ASSERT(condition)                                                                  \
  (__builtin_expect(!(condition), 0) ? ::hf::assertion_failed(#condition, __FILE__, __LINE__) \
                                     : void())
