// Faults planned for a simulated flash, counters, damage and images.
#include <CppUTest/TestHarness.h>

#include "tests/support/flash_on_desk.h"

using namespace hf;
using sim::Fault;
using sim::FlashCall;
using sim::FlashOnDesk;

TEST_GROUP(FlashFaults) { FlashOnDesk desk{1}; };

TEST(FlashFaults, the_planned_call_fails_once_and_no_other) {
  desk.flash.plan({.call = FlashCall::write, .fault = Fault::io_error, .after = 2});
  CHECK(desk.try_write("file", 0, "1") == Status::ok);
  CHECK(desk.try_write("file", 0, "2") == Status::ok);
  CHECK(desk.try_write("file", 0, "3") == Status::unavailable);
  CHECK(desk.try_write("file", 0, "4") == Status::ok);
}

TEST(FlashFaults, a_sticky_fault_stays_until_its_plan_is_forgotten) {
  desk.flash.plan({.call = FlashCall::write, .fault = Fault::no_space, .times = sim::kForEver});
  for (int i = 0; i < 10; ++i) CHECK(desk.try_write("file", 0, "1") == Status::full);
  desk.flash.forget_plans();
  CHECK(desk.try_write("file", 0, "1") == Status::ok);
}

TEST(FlashFaults, a_fault_of_one_file_leaves_others_alone) {
  desk.flash.plan(
      {.call = FlashCall::any, .fault = Fault::io_error, .times = sim::kForEver, .file = "bad"});
  CHECK(desk.try_write("bad", 0, "1") == Status::unavailable);
  CHECK(desk.try_write("good", 0, "1") == Status::ok);
}

TEST(FlashFaults, a_medium_that_is_gone_keeps_no_handle) {
  desk.put("file", "bytes");
  const auto file = desk.flash.open("file", hal::OpenMode::existing).value();
  desk.flash.set_state(hal::MediumState::missing);
  CHECK(desk.flash.close(file) == Status::unavailable);
  desk.flash.set_state(hal::MediumState::writable);
  CHECK(desk.flash.open("file", hal::OpenMode::existing).ok());
}

TEST(FlashFaults, every_call_can_fail) {
  desk.put("file", "bytes");
  desk.put("other", "bytes");
  const auto fails = [this](FlashCall call, auto step) {
    desk.flash.forget_plans();
    const auto file = desk.flash.open("file", hal::OpenMode::existing).value();
    desk.flash.plan({.call = call, .fault = Fault::io_error});
    const Status status = status_of(step(file));
    static_cast<void>(desk.flash.close(file));
    return status == Status::unavailable;
  };
  hal::Flash& flash = desk.flash;
  std::byte byte{};
  CHECK(fails(FlashCall::open, [&](auto) { return flash.open("x", hal::OpenMode::create); }));
  CHECK(fails(FlashCall::close, [&](auto file) { return flash.close(file); }));
  CHECK(fails(FlashCall::read, [&](auto file) { return flash.read(file, 0, {&byte, 1}); }));
  CHECK(fails(FlashCall::write, [&](auto file) { return flash.write(file, 0, {&byte, 1}); }));
  CHECK(fails(FlashCall::resize, [&](auto file) { return flash.resize(file, 0); }));
  CHECK(fails(FlashCall::reserve, [&](auto file) { return flash.reserve(file, 9); }));
  CHECK(fails(FlashCall::sync, [&](auto file) { return flash.sync(file); }));
  CHECK(fails(FlashCall::sync_directory, [&](auto) { return flash.sync_directory(); }));
  CHECK(fails(FlashCall::rename, [&](auto) { return flash.rename("other", "more"); }));
  CHECK(fails(FlashCall::remove, [&](auto) { return flash.remove("other"); }));
  STRCMP_EQUAL("bytes", desk.contents("other").c_str());
}

TEST(FlashFaults, a_sync_that_answers_ok_after_one_that_failed_proves_nothing) {
  int lost = 0;
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    FlashOnDesk other{seed};
    other.put("file", "old");
    const auto file = other.flash.open("file", hal::OpenMode::existing).value();
    CHECK(is_ok(other.flash.write(file, 0, bytes_of("new"))));
    other.flash.plan({.call = FlashCall::sync, .fault = Fault::io_error});
    CHECK(other.flash.sync(file) == Status::unavailable);
    CHECK(other.flash.sync(file) == Status::ok);  // tried again on the same handle: the mistake
    other.cut_power();
    if (other.contents("file") == "old") ++lost;
  }
  CHECK(lost > 20);
}

TEST(FlashFaults, after_a_failed_sync_closing_and_opening_shows_what_the_medium_holds) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    FlashOnDesk other{seed};
    other.put("file", "old");
    const auto file = other.flash.open("file", hal::OpenMode::existing).value();
    CHECK(is_ok(other.flash.write(file, 0, bytes_of("new"))));
    other.flash.plan({.call = FlashCall::sync, .fault = Fault::io_error});
    CHECK(other.flash.sync(file) == Status::unavailable);
    STRCMP_EQUAL("new", other.contents("file").c_str());
    CHECK(is_ok(other.flash.close(file)));
    const std::string seen = other.contents("file");
    other.cut_power();
    STRCMP_EQUAL(seen.c_str(), other.contents("file").c_str());
  }
}

TEST(FlashFaults, a_forgotten_write_is_seen_until_the_cut_and_gone_after_it) {
  desk.put("file", "old");
  desk.flash.plan({.call = FlashCall::write, .fault = Fault::forgotten});
  desk.write("file", 0, "new");
  desk.sync("file");
  STRCMP_EQUAL("new", desk.contents("file").c_str());
  desk.cut_power();
  STRCMP_EQUAL("old", desk.contents("file").c_str());
}

TEST(FlashFaults, a_forgotten_page_that_is_written_again_is_remembered) {
  desk.put("file", "old");
  desk.flash.plan({.call = FlashCall::write, .fault = Fault::forgotten});
  desk.write("file", 0, "new");
  desk.sync("file");
  desk.write("file", 0, "too");
  desk.sync("file");
  desk.cut_power();
  STRCMP_EQUAL("too", desk.contents("file").c_str());
}

TEST(FlashFaults, a_file_system_that_cannot_reserve_says_so_and_grows_the_file) {
  desk.flash.set_model(sim::kUbifsOnNand);
  const auto file = desk.flash.open("file", hal::OpenMode::create).value();
  CHECK(desk.flash.reserve(file, 10'000) == Status::unsupported);
  UNSIGNED_LONGLONGS_EQUAL(10'000, desk.flash.size(file).value());
  const hal::Space space = desk.flash.space().value();
  UNSIGNED_LONGLONGS_EQUAL(space.bytes_total, space.bytes_free);
}

TEST(FlashFaults, a_slow_call_takes_virtual_time) {
  const Uptime before = desk.clock.uptime();
  desk.flash.plan({.call = FlashCall::sync, .delay = seconds(30)});
  desk.put("file", "bytes");
  CHECK(desk.clock.uptime() - before == seconds(30));
}

TEST(FlashFaults, without_power_nothing_answers_and_nothing_changes) {
  desk.put("file", "bytes");
  desk.supply.cut();
  CHECK(desk.try_write("file", 0, "other") == Status::unavailable);
  CHECK(desk.flash.rename("file", "other") == Status::unavailable);
  CHECK(desk.flash.remove("file") == Status::unavailable);
  CHECK(desk.flash.sync_directory() == Status::unavailable);
  CHECK(desk.flash.space().status() == Status::unavailable);
  hal::FileName name;
  CHECK(desk.flash.name_at(0, name) == Status::unavailable);
  desk.power_on();
  STRCMP_EQUAL("bytes", desk.contents("file").c_str());
}

TEST(FlashFaults, power_goes_at_the_planned_change) {
  desk.put("file", "bytes");
  desk.supply.lose_after(3);
  for (int i = 0; i < 3; ++i) desk.write("file", 0, "other");
  CHECK(desk.supply.is_on());
  CHECK(desk.try_write("file", 0, "other") == Status::unavailable);
  CHECK_FALSE(desk.supply.is_on());
}

TEST(FlashFaults, a_handle_from_before_a_cut_is_dead_and_hits_no_later_file) {
  const auto old_handle = desk.flash.open("old", hal::OpenMode::create).value();
  desk.cut_power();
  const auto new_handle = desk.flash.open("new", hal::OpenMode::create).value();
  CHECK(desk.flash.write(old_handle, 0, bytes_of("stray")) == Status::unavailable);
  CHECK(desk.flash.close(old_handle) == Status::unavailable);
  CHECK(is_ok(desk.flash.write(new_handle, 0, bytes_of("mine"))));
  STRCMP_EQUAL("mine", desk.contents("new").c_str());
}

TEST(FlashFaults, counters_count_calls_and_bytes_of_each_file_and_of_all) {
  desk.put("one", "123");
  desk.put("two", "12345");
  UNSIGNED_LONGLONGS_EQUAL(3, desk.flash.counters("one").bytes_written);
  UNSIGNED_LONGLONGS_EQUAL(1, desk.flash.counters("one").syncs);
  UNSIGNED_LONGLONGS_EQUAL(5, desk.flash.counters("two").bytes_written);
  UNSIGNED_LONGLONGS_EQUAL(8, desk.flash.counters().bytes_written);
  UNSIGNED_LONGLONGS_EQUAL(2, desk.flash.counters().writes);
  UNSIGNED_LONGLONGS_EQUAL(4, desk.flash.counters().syncs);  // two of them of the directory
  desk.flash.forget_counters();
  UNSIGNED_LONGLONGS_EQUAL(0, desk.flash.counters("two").bytes_written);
}

TEST(FlashFaults, damage_is_what_a_reader_finds_after_a_cut_too) {
  desk.put("bit", "aaaa");
  desk.put("nul", "aaaa");
  desk.put("cut", "aaaa");
  desk.flash.flip_bit("bit", 8 + 1);
  desk.flash.zero("nul");
  desk.flash.truncate("cut", 1);
  desk.cut_power();
  STRCMP_EQUAL("acaa", desk.contents("bit").c_str());
  CHECK(desk.contents("nul") == std::string(4, '\0'));
  STRCMP_EQUAL("a", desk.contents("cut").c_str());
}

TEST(FlashFaults, an_image_makes_a_clone_that_goes_its_own_way) {
  desk.put("one", "123");
  desk.put("two", std::string(10'000, 'x'));
  FlashOnDesk clone{2};
  clone.flash.install(desk.flash.image());
  CHECK(clone.flash.image() == desk.flash.image());
  clone.put("one", "456");
  clone.cut_power();
  STRCMP_EQUAL("456", clone.contents("one").c_str());
  STRCMP_EQUAL("123", desk.contents("one").c_str());
}

TEST(FlashFaults, a_file_of_500_mb_takes_the_memory_of_what_was_written) {
  const auto file = desk.flash.open("big", hal::OpenMode::create).value();
  CHECK(is_ok(desk.flash.write(file, 500'000'000, bytes_of("end"))));
  CHECK(is_ok(desk.flash.sync(file)));
  UNSIGNED_LONGLONGS_EQUAL(500'000'003, desk.flash.size(file).value());
  const hal::Space space = desk.flash.space().value();
  UNSIGNED_LONGLONGS_EQUAL(4096, space.bytes_total - space.bytes_free);
}
