#include "lifecycle/heap_seal/heap_seal.h"

#include <CppUTest/TestHarness.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <new>
#include <string>
#include <thread>

#include "tests/support/fixed_flash.h"
#include "tests/unit/files/database/database_world.h"

using namespace hf;

namespace {

struct Ended {
  int signal = 0;  // 0: it came to its end
  int code = 0;
  std::string said;
};

// Runs `work` in a program of its own, because a seal cannot be opened again.
template <typename Work>
Ended run_apart(Work work) {
  std::array<int, 2> pipe_ends{};
  CHECK_EQUAL(0, pipe(pipe_ends.data()));
  const pid_t child = fork();
  if (child == 0) {
    dup2(pipe_ends[1], STDERR_FILENO);
    close(pipe_ends[0]);
    _exit(work());
  }
  close(pipe_ends[1]);
  Ended ended;
  std::array<char, 4096> text{};
  for (ssize_t count = 0; (count = read(pipe_ends[0], text.data(), text.size())) > 0;) {
    ended.said.append(text.data(), static_cast<std::size_t>(count));
  }
  close(pipe_ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) ended.signal = WTERMSIG(status);
  if (WIFEXITED(status)) ended.code = WEXITSTATUS(status);
  return ended;
}

void check_caught(const Ended& ended, const char* culprit, const char* bytes) {
  LONGS_EQUAL(SIGABRT, ended.signal);
  STRCMP_CONTAINS("heap seal:", ended.said.c_str());
  STRCMP_CONTAINS(culprit, ended.said.c_str());
  STRCMP_CONTAINS(bytes, ended.said.c_str());
}

// Keeps the compiler from leaving out an allocation nobody looks at.
void* volatile last_kept = nullptr;
void keep(void* memory) { last_kept = memory; }

}  // namespace

// Not static, not inlined, and ending in something else than the call: the seal must be able to
// name it.
extern "C" __attribute__((noinline)) void planted_allocation() { keep(std::malloc(4321)); }

TEST_GROUP(HeapSeal){
    void setup() override{if (!heap_seal::is_watching()) TEST_EXIT;  // sanitizers own malloc
}
}
;

TEST(HeapSeal, a_malloc_after_boot_ends_the_program_with_a_sentence_naming_the_culprit) {
  const Ended ended = run_apart([] {
    heap_seal::seal(heap_seal::OnAllocation::abort);
    planted_allocation();
    return 0;
  });
  check_caught(ended, "by planted_allocation", "4321 bytes");
}

TEST(HeapSeal, every_way_to_allocate_is_seen) {
  using Way = void* (*)();
  const Way ways[] = {
      [] { return std::malloc(10); },
      [] { return std::calloc(10, 10); },
      [] { return std::realloc(nullptr, 10); },
      [] { return std::aligned_alloc(64, 64); },
      [] {
        void* memory = nullptr;
        return posix_memalign(&memory, 64, 64) == 0 ? memory : nullptr;
      },
      [] { return static_cast<void*>(strdup("text")); },  // inside libc
      [] { return ::operator new(10); },
      [] { return ::operator new[](10); },
      [] { return ::operator new(10, std::nothrow); },
      [] { return ::operator new (64, std::align_val_t{64}); },
      [] { return sqlite3_malloc(10); },  // inside another library, with its default memory
  };
  for (const Way way : ways) {
    const Ended ended = run_apart([way] {
      sqlite3_initialize();
      heap_seal::seal(heap_seal::OnAllocation::abort);
      keep(way());
      return 0;
    });
    check_caught(ended, " bytes were allocated after boot", "heap seal");
  }
}

TEST(HeapSeal, releasing_after_boot_is_allowed_and_so_is_all_before_and_in_closing) {
  const Ended ended = run_apart([] {
    void* early = std::malloc(100);
    heap_seal::seal(heap_seal::OnAllocation::abort);
    std::free(early);
    heap_seal::begin_closing();
    keep(std::malloc(100));
    return heap_seal::state() == heap_seal::State::closing ? 7 : 1;
  });
  LONGS_EQUAL(0, ended.signal);
  LONGS_EQUAL(7, ended.code);
}

TEST(HeapSeal, in_the_field_it_is_served_counted_and_can_be_located) {
  const Ended ended = run_apart([] {
    heap_seal::seal(heap_seal::OnAllocation::count);
    planted_allocation();
    const void* served = last_kept;
    keep(new int[100]);
    planted_allocation();
    const heap_seal::Broken broken = heap_seal::broken();
    const bool counted = served != nullptr && broken.count == 3 && broken.bytes_last == 4321;
    const std::string_view name = heap_seal::locate(broken.caller_last).function;
    return counted && name == "planted_allocation" ? 7 : 1;
  });
  LONGS_EQUAL(7, ended.code);
}

TEST(HeapSeal, other_threads_may_allocate) {
  const Ended ended = run_apart([] {
    std::atomic<bool> go{false};
    std::thread other([&] {
      while (!go) std::this_thread::yield();
      for (int round = 0; round < 100; ++round) keep(std::malloc(1000));
      go = false;
    });
    heap_seal::seal(heap_seal::OnAllocation::abort);
    go = true;
    while (go) std::this_thread::yield();
    other.join();
    return 7;
  });
  LONGS_EQUAL(7, ended.code);
}

TEST(HeapSeal, sqlites_whole_life_makes_no_system_allocation) {
  static FixedFlash flash;
  const Ended ended = run_apart([] {
    using namespace hf::files;
    static constexpr std::array<std::byte, 70'000> kFrame{};
    heap_seal::seal(heap_seal::OnAllocation::abort);
    for (int boot = 0; boot < 2; ++boot) {
      World world(flash, static_cast<std::uint64_t>(boot));
      if (!is_ok(world.open())) return 1;
      for (int row = 0; row < 50; ++row) {
        Transaction transaction(world.database);
        if (!is_ok(transaction.begin()) || !is_ok(world.add(kFrame))) return 2;
        if (!is_ok(transaction.commit()) || !is_ok(world.database.checkpoint())) return 3;
        if (!is_ok(world.remove_to(world.database.last_row_id() - 3))) return 4;
      }
      world.close();
    }
    return 7;
  });
  STRCMP_EQUAL("", ended.said.c_str());
  LONGS_EQUAL(7, ended.code);
}
