#include "files/database/check.h"

#include "tests/support/fixed_flash.h"
#include "tests/unit/files/database/database_world.h"

using namespace hf;
using namespace hf::files;

namespace {

FixedFlash& flash() {
  static FixedFlash one;
  return one;
}

constexpr std::array<std::byte, 3000> kFrame{};

void make_file_with(int rows) {
  World world(flash());
  STATUS_EQUAL(Status::ok, world.open());
  for (int row = 0; row < rows; ++row) STATUS_EQUAL(Status::ok, world.add(kFrame));
  STATUS_EQUAL(Status::ok, world.database.checkpoint());
  world.close();
  STATUS_EQUAL(Status::ok, flash().remove("frames.db-wal"));
}

void damage_page(std::uint64_t page) {
  std::array<std::byte, 4096> nonsense{};
  nonsense.fill(std::byte{0x5A});
  const auto file = flash().open(kFile, hal::OpenMode::existing);
  STATUS_EQUAL(Status::ok, flash().write(file.value(), (page - 1) * 4096, nonsense));
  STATUS_EQUAL(Status::ok, flash().close(file.value()));
}

}  // namespace

TEST_GROUP(DatabaseCheck){void setup() override{flash().forget_everything();
}
}
;

TEST(DatabaseCheck, a_sound_file_is_sound_both_ways) {
  make_file_with(100);
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open());
  DatabaseCheck check(world.database);
  STATUS_EQUAL(Status::ok, check.check_whole(1000));
  CHECK(check.step(1000).value() == CheckProgress::done);
  LONGS_EQUAL(101, check.rows_read());  // and the one row of sqlite_sequence
}

TEST(DatabaseCheck, a_whole_check_stops_when_its_budget_is_spent_and_says_so) {
  make_file_with(100);
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open());
  DatabaseCheck check(world.database);
  STATUS_EQUAL(Status::timed_out, check.check_whole(20));
  LONGS_EQUAL(100, world.rows());  // and nothing stays interrupted
}

TEST(DatabaseCheck, small_steps_see_every_row_once_while_rows_come_and_go) {
  make_file_with(100);
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open());
  DatabaseCheck check(world.database);
  int steps = 0;
  while (check.step(7).value() == CheckProgress::more) {
    ++steps;
    STATUS_EQUAL(Status::ok, world.remove_to(steps));
    STATUS_EQUAL(Status::ok, world.database.checkpoint());  // nothing is left open between steps
  }
  CHECK(steps > 10);
  CHECK(check.rows_read() <= 101 && check.rows_read() > 101U - static_cast<unsigned>(steps));
}

TEST(DatabaseCheck, a_damaged_page_is_found_by_the_steps_and_by_the_whole_check) {
  make_file_with(100);
  damage_page(40);
  World world(flash(), 2);
  STATUS_EQUAL(Status::ok, world.open());
  DatabaseCheck check(world.database);
  STATUS_EQUAL(Status::corrupt, check.check_whole(1000));
  CHECK(!check.words().empty());
  Result<CheckProgress> stepped = CheckProgress::more;
  while (stepped.ok() && stepped.value() == CheckProgress::more) stepped = check.step(10);
  STATUS_EQUAL(Status::corrupt, stepped.status());
  CHECK(check.table() == "frame");
  CHECK(check.row() > 10 && check.row() < 60);
}
