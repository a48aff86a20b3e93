// STATUS_EQUAL: compares two outcomes and says both by their names.
#pragma once

#include <CppUTest/TestHarness.h>

#include <string>

#include "vocabulary/outcome.h"

namespace hf::test {

inline void check_status(Status expected, Status actual, const char* file, std::size_t line) {
  STRCMP_EQUAL_LOCATION(std::string(to_text(expected)).c_str(),
                        std::string(to_text(actual)).c_str(), nullptr, file, line);
}

}  // namespace hf::test

#define STATUS_EQUAL(expected, actual) \
  ::hf::test::check_status((expected), (actual), __FILE__, __LINE__)
