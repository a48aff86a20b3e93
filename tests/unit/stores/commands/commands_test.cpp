#include "stores/commands/commands.h"

#include <CppUTest/TestHarness.h>

#include <optional>
#include <string>

#include "tests/support/shelf_on_sim.h"
#include "tests/support/status_equal.h"

using namespace hf;
using stores::Commands;
using Known = stores::Commands::Known;

namespace {

constexpr UtcTime kNever{INT64_MAX};

}  // namespace

TEST_GROUP(Commands) {
  test::ShelfOnSim on;
  std::optional<Commands> commands;
  UtcReading now{.at = {1000}, .error = {}, .quality = TimeQuality::synced};

  void setup() override { start(); }
  void teardown() override { commands.reset(); }
  void start() {
    STATUS_EQUAL(Status::ok, on.start());
    commands.emplace(*on.shelf);
  }
  Status begin(const std::string& id, UtcTime expires = kNever) {
    return commands->begin(id, expires, now);
  }
};

TEST(Commands, CM1_CM2_what_was_begun_is_known_after_any_cut_and_told_apart) {
  for (std::uint64_t changes = 0;; ++changes) {
    start();
    const std::string id = "c-" + std::to_string(changes);
    on.supply.lose_after(changes);
    const bool was_begun = is_ok(begin(id));
    const bool was_cut = !on.supply.is_on();
    if (!was_cut) CHECK(was_begun && commands->find(id) == Known::yes);
    on.come_back();
    start();
    const Known known = commands->find(id);
    CHECK(known != Known::yes);
    if (was_begun) CHECK(known == Known::from_before);
    if (!was_cut) break;
  }
}

TEST(Commands, CM1_the_oldest_goes_for_one_more_and_what_would_be_refused_goes_first) {
  for (int i = 0; i < 31; ++i) STATUS_EQUAL(Status::ok, begin("c" + std::to_string(i)));
  STATUS_EQUAL(Status::ok, begin("late", {2000}));
  now.at = {2001};
  STATUS_EQUAL(Status::ok, begin("one"));
  CHECK(commands->find("late") == Known::no);
  CHECK(commands->find("c0") == Known::yes);
  STATUS_EQUAL(Status::ok, begin("two"));
  CHECK(commands->find("c0") == Known::no);
  CHECK(commands->find("c1") == Known::yes);
  start();
  CHECK(commands->find("c0") == Known::no);
  for (const char* id : {"c1", "c30", "one", "two"})
    CHECK(commands->find(id) == Known::from_before);
}

TEST(Commands, without_a_medium_they_are_remembered_until_the_process_ends) {
  on.flash.set_state(hal::MediumState::read_only);
  CHECK(!is_ok(begin("a")));
  CHECK(commands->find("a") == Known::yes);
  on.flash.set_state(hal::MediumState::writable);
  start();
  CHECK(commands->find("a") == Known::no);
}
