// The board as a whole: what goes off when, and that one seed decides everything.
#include "platform/sim/board.h"

#include <CppUTest/TestHarness.h>

#include <array>

#include "vocabulary/bytes.h"

using namespace hf;

TEST_GROUP(SimBoard) { sim::Board board{1}; };

TEST(SimBoard, goes_off_when_its_watchdog_is_not_fed_and_remembers_why) {
  CHECK(board.watchdog.start(seconds(10)).value() == seconds(10));
  board.pass(seconds(9));
  CHECK(board.is_on());
  board.watchdog.feed();
  board.pass(seconds(9));
  CHECK(board.is_on());
  board.pass(seconds(1));
  CHECK_FALSE(board.is_on());
  board.power_on();
  CHECK(board.watchdog.last_reset() == hal::ResetCause::watchdog);
  board.cut_power();
  board.power_on();
  CHECK(board.watchdog.last_reset() == hal::ResetCause::power_on);
}

TEST(SimBoard, goes_off_when_one_call_takes_longer_than_its_watchdog_waits) {
  CHECK(board.watchdog.start(seconds(10)).ok());
  board.flash.plan({.call = sim::FlashCall::sync_directory, .delay = seconds(30)});
  CHECK(is_ok(board.flash.sync_directory()));
  board.watchdog.feed();
  CHECK_FALSE(board.is_on());
}

TEST(SimBoard, an_orderly_reboot_loses_nothing_that_was_written) {
  const auto file = board.flash.open("file", hal::OpenMode::create).value();
  CHECK(is_ok(board.flash.write(file, 0, bytes_of("unsynced"))));
  CHECK(is_ok(board.slots.reboot()));
  board.pass(milliseconds(1));
  CHECK_FALSE(board.is_on());
  board.power_on();
  CHECK(board.watchdog.last_reset() == hal::ResetCause::software);
  CHECK(board.flash.image().contains("file"));
}

TEST(SimBoard, a_restart_of_the_process_keeps_unsynced_bytes_and_ends_every_role) {
  const auto file = board.flash.open("file", hal::OpenMode::create).value();
  CHECK(is_ok(board.flash.write(file, 0, bytes_of("unsynced"))));
  CHECK(is_ok(board.processes.start({hal::Role::field, 1}, 1'000'000)));
  board.restart_process();
  CHECK(text_of(board.flash.image().at("file")) == "unsynced");
  CHECK_FALSE(board.processes.runs({hal::Role::field, 1}));
}

TEST(SimBoard, the_planned_change_counts_in_every_part_that_keeps_something) {
  board.lose_power_after(1);
  CHECK(is_ok(board.keys.store({}, bytes_of("secret"))));
  CHECK(board.slots.note_stable() == Status::unavailable);
  CHECK_FALSE(board.is_on());
}

TEST(SimBoard, equal_seeds_and_equal_calls_give_equal_worlds) {
  const auto fingerprint = [](std::uint64_t seed) {
    sim::Board one{seed};
    std::array<std::byte, 16> drawn{};
    CHECK(is_ok(one.entropy.fill(drawn)));
    const auto file = one.flash.open("file", hal::OpenMode::create).value();
    CHECK(is_ok(one.flash.write(file, 0, std::vector<std::byte>(20'000, std::byte{7}))));
    one.cut_power();
    one.power_on(sim::Rtc::wrong);
    return std::tuple{drawn, one.clock.boot_id(), one.clock.utc().at, one.flash.image()};
  };
  CHECK(fingerprint(5) == fingerprint(5));
  CHECK(fingerprint(5) != fingerprint(6));
}
