// cJSON is foreign code on the core's thread: here the heap is watched while it works.
#include <CppUTest/TestHarness.h>

#include <array>
#include <string>

#include "lifecycle/heap_seal/heap_seal.h"
#include "wire/json/json_reader.h"

using namespace hf;

TEST_GROUP(JsonHeap){};

TEST(JsonHeap, reading_good_and_bad_texts_asks_for_no_memory) {
  if (!heap_seal::is_watching()) return;  // sanitizers own malloc
  const std::array<std::string, 4> texts{
      R"({"receipts":[{"to":123456,"holes":[[1,2],[3,4.75e-3]]}],"é":"\ud83d\ude00"})",
      "[1e308,0.1,123456789012345678901234567890]", "{\"a\":1,\"a\":2}", "[1,2"};
  std::array<std::byte, 4096> memory{};
  std::size_t walked = 0;
  heap_seal::seal(heap_seal::OnAllocation::count);
  for (int round = 0; round < 100; ++round) {
    for (const std::string& text : texts) {
      wire::JsonReader json(memory);
      static_cast<void>(is_ok(json.read(text)));
      walked += json.root().count();
      wire::JsonReader small(std::span{memory}.first(256));
      static_cast<void>(is_ok(small.read(text)));
    }
  }
  const std::uint64_t allocations = heap_seal::broken().count;
  heap_seal::begin_closing();
  LONGS_EQUAL(0, allocations);
  LONGS_EQUAL(100 * (2 + 3), walked);
}
