#include "platform/linux/board.h"

#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include <cstdlib>

#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

TEST_GROUP(BoardOfThisMachine) {
  test::TemporaryFolder folder;
  Descriptor log{::open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};

  BoardOptions options() {
    BoardOptions options;
    options.data_directory = folder / "data";
    options.sysfs = folder / "sys";
    options.log_descriptor = log.number();
    return options;
  }
};

TEST(BoardOfThisMachine, a_bare_machine_has_every_part_and_each_says_what_is_missing) {
  Board board{options()};
  hal::Board& hal = board.hal();
  CHECK(hal.flash.medium().state == hal::MediumState::writable);
  CHECK(hal.link.connect({}) == Status::unavailable);
  CHECK(hal.watchdog.start(seconds(10)).status() == Status::unavailable);
  CHECK(hal.power.state().source == hal::PowerSource::unknown);
  CHECK(hal.processes.start({}, 1) == Status::not_found);
  CHECK(hal.slots.state().status() == Status::unsupported);
  Reading reading;
  LONGS_EQUAL(0, hal.sensors.take({&reading, 1}));
  CHECK_FALSE(board.notify_socket().present());
}

TEST(BoardOfThisMachine, without_a_place_for_data_it_still_runs_and_says_so) {
  BoardOptions nowhere = options();
  nowhere.data_directory = folder / "no/such/folder";
  Board board{nowhere};
  CHECK(board.hal().flash.medium().state == hal::MediumState::missing);
  CHECK(board.hal().keys.erase({}) == Status::unavailable);
  CHECK(board.hal().slots.note_stable() == Status::unavailable);
  CHECK(board.hal().clock.boot_id() != BootId{});
}

TEST(BoardOfThisMachine, the_loop_takes_the_warning_line_in_its_stride) {
  folder.write("gpio/value", "0\n");
  BoardOptions with_line = options();
  with_line.power_failing_line = folder / "gpio/value";
  Board board{with_line};
  CHECK(board.hal().power.state().failing);
}

TEST(BoardOfThisMachine, keys_are_not_among_the_files) {
  Board board{options()};
  const std::byte secret{7};
  CHECK(is_ok(board.hal().keys.store({}, {&secret, 1})));
  hal::FileName name;
  CHECK(board.hal().flash.name_at(0, name) == Status::not_found);
}

TEST(BoardOfThisMachine, the_environment_of_systemd_is_read_where_there_is_one) {
  CHECK(::setenv("NOTIFY_SOCKET", "/run/systemd/notify", 1) == 0);
  BoardOptions read = options();
  read_environment(read);
  CHECK(read.notify_socket == "/run/systemd/notify");
  CHECK_FALSE(read.systemd_guards_us);
  CHECK(read.log_form == LogForm::words);
  CHECK(::unsetenv("NOTIFY_SOCKET") == 0);
  read_environment(read);
  CHECK(read.notify_socket.empty());
}
