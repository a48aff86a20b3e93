// The n-th call to the medium fails, or the n-th piece of memory is refused, for every n, once and
// for ever. Nothing crashes; nothing promised is lost; what could not be promised is sent from
// memory or declared; and once the medium is well the queue is back on flash by itself.
#include <CppUTest/TestHarness.h>

#include <cstdio>

#include "tests/fault/offline_queue/queue_script.h"
#include "tests/support/swept_media.h"

using namespace hf;
using namespace hf::test;

namespace {

// clang-format off
const Act kScript[] = {
    {Do::keep, 8}, {Do::event}, {Do::wait}, {Do::send, 4}, {Do::receive}, {Do::keep, 5}, {Do::batch},
    {Do::event, 2}, {Do::keep, 14}, {Do::send, 3}, {Do::close}, {Do::keep, 3}, {Do::wait}, {Do::batch},
};

enum class After : std::uint8_t { running_on, a_restart, a_power_cut };
constexpr After kEndings[] = {After::running_on, After::a_restart, After::a_power_cut};
// clang-format on

// The first calls of a kind may fail without harm, as a look whether there is a file.
constexpr std::uint64_t kCallsAtOpen = 12;

struct Failing {
  const char* name;
  sim::FlashCall call;
  sim::Fault fault;
  std::uint64_t times;
  std::uint64_t rows_reserved = 1'000'000;
};

void end_and_judge(QueueWork& work, After ending, Tally& tally, const std::string& where) {
  if (ending == After::running_on) {
    work.come_to_terms();
    work.judge_running(tally, where + ", running on",
                       work.on.queue->keeping() == stores::Keeping::on_flash);
    return;
  }
  if (ending == After::a_power_cut) work.on.cut_power();
  if (ending == After::a_restart) {
    work.on.end();
    work.on.flash.restart_process();
  }
  work.judge(tally, where);
}

// Each ending after each n; where not all media are swept, they take turns.
std::span<const After> endings_of(std::uint64_t nth) {
  if (swept_media().size() == std::size(kMedia)) return kEndings;
  return std::span{kEndings}.subspan(nth % std::size(kEndings), 1);
}

// Returns for how many n the fault was met.
std::uint64_t sweep(const Failing& failing, Tally& tally) {
  for (std::uint64_t nth = 0;; ++nth) {
    bool was_met = false;
    for (const After ending : endings_of(nth)) {
      QueueWork work(nth + 1, {});
      work.on.settings.rows_reserved = failing.rows_reserved;
      sim::PlannedFault plan;
      plan.call = failing.call;
      plan.fault = failing.fault;
      plan.after = nth;
      plan.times = failing.times;
      work.on.flash.plan(plan);
      static_cast<void>(work.run(kScript));
      was_met = was_met || work.met_failure();
      work.on.flash.forget_plans();
      end_and_judge(work, ending, tally, std::string(failing.name) + " " + std::to_string(nth));
    }
    if (!was_met && nth > kCallsAtOpen) return nth;
  }
}

// With plenty of positions reserved, and with so few that every other frame wants more.
void check_sweep(Failing failing) {
  for (const std::uint64_t rows_reserved : {std::uint64_t{1'000'000}, std::uint64_t{16}}) {
    failing.rows_reserved = rows_reserved;
    Tally tally;
    const std::uint64_t met = sweep(failing, tally);
    std::printf("%s: %llu\n", failing.name, static_cast<unsigned long long>(met));
    STRCMP_EQUAL("", tally.first.c_str());
    CHECK(met > kCallsAtOpen);
  }
}

}  // namespace

TEST_GROUP(QueueOnAFailingMedium){};

TEST(QueueOnAFailingMedium, writes_that_fail_once_or_for_ever) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    check_sweep({"write", sim::FlashCall::write, sim::Fault::io_error, times});
  }
}

TEST(QueueOnAFailingMedium, enospc_everywhere) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    check_sweep({"write, no space", sim::FlashCall::write, sim::Fault::no_space, times});
  }
}

TEST(QueueOnAFailingMedium, syncs_that_fail_once_or_for_ever) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    check_sweep({"sync", sim::FlashCall::sync, sim::Fault::io_error, times});
    check_sweep({"sync_directory", sim::FlashCall::sync_directory, sim::Fault::io_error, times});
  }
}

TEST(QueueOnAFailingMedium, reads_that_fail_once_or_for_ever) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    check_sweep({"read", sim::FlashCall::read, sim::Fault::io_error, times});
  }
}

TEST(QueueOnAFailingMedium, files_that_cannot_be_opened_once_or_for_ever) {
  for (const std::uint64_t times : {std::uint64_t{1}, sim::kForEver}) {
    check_sweep({"open", sim::FlashCall::open, sim::Fault::io_error, times});
  }
}

TEST(QueueOnAFailingMedium, memory_that_sqlite_is_refused_once_or_for_ever) {
  for (const bool sticky : {false, true}) {
    Tally tally;
    std::uint64_t nth = 1;
    for (bool was_refused = true; was_refused; ++nth) {
      QueueWork work(nth, {});
      work.on.refuse_memory_at = nth;
      work.on.refuse_memory_for_ever = sticky;
      static_cast<void>(work.run(kScript));
      was_refused = work.met_memory_refusal();
      work.on.refuse_memory_at = 0;
      work.on.engine->arena().fail_at(0);
      end_and_judge(work, kEndings[nth % 3], tally, "allocation " + std::to_string(nth));
    }
    STRCMP_EQUAL("", tally.first.c_str());
    std::printf("allocations: %llu\n", static_cast<unsigned long long>(nth));
    CHECK(nth > 100);
  }
}
