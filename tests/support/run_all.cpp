// CppUTest's leak detector replaces `new` by a macro, which breaks standard headers included after
// it and placement new. It is off in every suite; AddressSanitizer and the heap seal find what it
// would.
#include <CppUTest/CommandLineTestRunner.h>
#include <CppUTest/MemoryLeakWarningPlugin.h>

int main(int count, char** words) {
  // Also where its library has replaced the operators: what libraries keep for ever is no leak.
  MemoryLeakWarningPlugin::turnOffNewDeleteOverloads();
  return CommandLineTestRunner::RunAllTests(count, words);
}
