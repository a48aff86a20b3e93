// CppUTest's leak detector replaces `new` by a macro, which breaks standard headers included after
// it and placement new. It is off in every suite; AddressSanitizer and the heap seal find what it
// would.
#include <CppUTest/CommandLineTestRunner.h>

int main(int count, char** words) { return CommandLineTestRunner::RunAllTests(count, words); }
