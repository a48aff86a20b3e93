#include "files/aside/aside.h"

#include <CppUTest/TestHarness.h>

#include <string>

#include "platform/sim/clock.h"
#include "platform/sim/flash.h"
#include "platform/sim/supply.h"
#include "tests/support/status_equal.h"

using namespace hf;

TEST_GROUP(Aside) {
  sim::Supply supply;
  sim::Clock clock{1};
  sim::Flash flash{supply, clock, 1};

  void make(const std::string& name, std::uint64_t bytes) {
    const auto file = flash.open(name, hal::OpenMode::create);
    STATUS_EQUAL(Status::ok, file.status());
    STATUS_EQUAL(Status::ok, flash.resize(file.value(), bytes));
    STATUS_EQUAL(Status::ok, flash.close(file.value()));
  }
  std::uint32_t set_aside() {
    make("queue.db", 100);
    return files::set_aside(flash, "queue").value_or(0);
  }
  void give_up(std::uint32_t number) {
    STATUS_EQUAL(Status::ok, files::give_up_aside(flash, "queue", number));
  }
};

TEST(Aside, a_number_is_higher_than_all_that_are_there_also_when_one_between_went) {
  for (std::uint32_t number = 1; number <= 3; ++number) LONGS_EQUAL(number, set_aside());
  give_up(2);
  LONGS_EQUAL(3, files::newest_aside(flash, "queue"));
  LONGS_EQUAL(4, set_aside());
  for (std::uint32_t number = 5; number <= 120; ++number) LONGS_EQUAL(number, set_aside());
}

TEST(Aside, the_oldest_goes_first_but_the_first_and_the_newest_last) {
  for (int file = 0; file < 5; ++file) set_aside();
  for (const std::uint32_t number : {2U, 3U, 4U, 1U, 5U}) {
    LONGS_EQUAL(number, files::asides(flash, "queue").first_to_go);
    give_up(number);
  }
  LONGS_EQUAL(0, files::asides(flash, "queue").count);
  LONGS_EQUAL(0, files::asides(flash, "queue").first_to_go);
}

TEST(Aside, what_lies_beside_a_file_counts_with_it_and_goes_with_it) {
  make("queue.db-journal", 40);
  set_aside();
  make("state-aside-1.db", 1000);
  make("queue-aside-x.db", 1000);
  make("queue-aside-.db", 1000);
  make("queue-aside.db", 1000);
  const files::AsideFiles found = files::asides(flash, "queue");
  LONGS_EQUAL(1, found.count);
  LONGS_EQUAL(140, found.bytes);
  LONGS_EQUAL(1, found.newest);
  give_up(1);
  CHECK_FALSE(files::is_there(flash, "queue-aside-1.db-journal"));
  CHECK(files::is_there(flash, "state-aside-1.db"));
}

TEST(Aside, a_file_that_cannot_be_removed_is_still_counted) {
  set_aside();
  sim::PlannedFault plan;
  plan.call = sim::FlashCall::remove;
  plan.fault = sim::Fault::io_error;
  plan.after = 2;  // those beside it go first
  plan.times = 1;
  flash.plan(plan);
  STATUS_EQUAL(Status::unavailable, files::give_up_aside(flash, "queue", 1));
  LONGS_EQUAL(1, files::asides(flash, "queue").count);
  give_up(1);
  LONGS_EQUAL(0, files::asides(flash, "queue").count);
}
