// libsodium is foreign code on the core's thread: here the heap is watched while it works.
#include <CppUTest/TestHarness.h>

#include <array>

#include "files/sealing/sealing.h"
#include "lifecycle/heap_seal/heap_seal.h"
#include "platform/sim/entropy.h"
#include "platform/sim/keys.h"

using namespace hf;

TEST_GROUP(SealingHeap){};

TEST(SealingHeap, sealing_and_opening_frames_asks_for_no_memory) {
  if (!heap_seal::is_watching()) return;  // sanitizers own malloc
  sim::Supply supply;
  sim::Keys keys(supply, 1);
  sim::Entropy entropy(1);
  files::Sealing sealing(keys);
  CHECK(sealing.start(files::kNotSealed) == Status::not_found);
  CHECK(is_ok(sealing.rotate(entropy)));
  CHECK(is_ok(sealing.rotate(entropy)));

  std::array<std::byte, 4096> bytes{};
  std::size_t opened = 0;
  heap_seal::seal(heap_seal::OnAllocation::count);
  for (std::uint64_t position = 0; position < 100; ++position) {
    const files::SealedPlace place{.stream = 1, .position = position};
    const auto size = sealing.seal(bytes, 4000, place);
    const auto sealed = std::span{bytes}.first(size.value_or(0));
    opened += sealing.open(sealing.current(), sealed, place).value_or(0);
    // Another key has to be loaded, and does not fit.
    static_cast<void>(sealing.open(1, sealed, place).ok());
  }
  const std::uint64_t allocations = heap_seal::broken().count;
  heap_seal::begin_closing();
  LONGS_EQUAL(0, allocations);
  LONGS_EQUAL(400'000, opened);
}
