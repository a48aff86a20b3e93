#include "vocabulary/assertion.h"

#include <cstdio>
#include <cstdlib>

namespace hf {
namespace {

AssertionHandler handler_in_force = nullptr;

}  // namespace

AssertionHandler set_assertion_handler(AssertionHandler handler) {
  const AssertionHandler before = handler_in_force;
  handler_in_force = handler;
  return before;
}

void assertion_failed(const char* condition, const char* file, std::uint32_t line) {
  const AssertionHandler handler = handler_in_force;
  handler_in_force = nullptr;  // an assertion inside the handler must not come back here
  // tidy: allow print: the log may be what is broken; standard error reaches the journal
  std::fprintf(stderr, "assertion failed: %s (%s:%u)\n", condition, file,
               static_cast<unsigned>(line));
  if (handler != nullptr) {
    handler(FailedAssertion{.condition = condition, .file = file, .line = line});
  }
  std::abort();
}

}  // namespace hf
