#include <CppUTest/TestHarness.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/hub/store_under_test.h"

using namespace hf;

TEST_GROUP(HubStore) {
  static constexpr int kStores = 20;
  static constexpr int kPrograms = 4;

  // How many of the programs that open a new store in one moment fail.
  int failures_of_all_at_once() {
    const test::StoreUnderTest store;
    std::atomic<int> waiting{kPrograms};
    std::atomic<int> failures{0};
    std::vector<std::thread> programs;
    programs.reserve(kPrograms);
    for (int i = 0; i < kPrograms; ++i) {
      programs.emplace_back([&] {
        --waiting;
        while (waiting > 0) std::this_thread::yield();
        try {
          store.open();
        } catch (const hub::Failure&) {
          ++failures;
        }
      });
    }
    for (std::thread& program : programs) program.join();
    return failures;
  }
};

TEST(HubStore, programs_that_open_a_new_store_at_the_same_moment_all_find_it) {
  for (int i = 0; i < kStores; ++i) CHECK_EQUAL(0, failures_of_all_at_once());
}
