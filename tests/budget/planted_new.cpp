// A program as the product is one, without a test library that brings its own operator new. It
// breaks its promise after boot; ctest looks for the sentence that names the culprit.
#include <csignal>
#include <cstdlib>

#include "lifecycle/heap_seal/heap_seal.h"

int* volatile kept = nullptr;

extern "C" __attribute__((noinline)) void planted_new() { kept = new int[100]; }

int main() {
  // Being ended is what should happen, and ctest takes a signal for a failure whatever was said.
  std::signal(SIGABRT, [](int) { std::_Exit(0); });
  hf::heap_seal::seal(hf::heap_seal::OnAllocation::abort);
  planted_new();
  return 1;
}
