// What the core asks of the board every second takes nothing from the heap: counted by a malloc of
// the test's own, which calls from within the C library end up in too.
#include <CppUTest/TestHarness.h>
#include <fcntl.h>

#include <array>

#include "platform/linux/board.h"
#include "platform/linux/replayed_sensors.h"
#include "tests/support/role_program.h"
#include "tests/support/temporary_folder.h"

using namespace hf;
using namespace hf::on_linux;

#if !defined(__SANITIZE_ADDRESS__)  // which needs malloc for itself

namespace {

bool counting = false;
int taken_count = 0;

}  // namespace

// NOLINTBEGIN: the C library's names
extern "C" {
void* __libc_malloc(std::size_t bytes);
void* __libc_calloc(std::size_t count, std::size_t bytes);
void* __libc_realloc(void* before, std::size_t bytes);

void* malloc(std::size_t bytes) {
  taken_count += counting;
  return __libc_malloc(bytes);
}
void* calloc(std::size_t count, std::size_t bytes) {
  taken_count += counting;
  return __libc_calloc(count, bytes);
}
void* realloc(void* before, std::size_t bytes) {
  taken_count += counting;
  return __libc_realloc(before, bytes);
}
}
// NOLINTEND

TEST_GROUP(HeapOfTheBoard) {
  test::TemporaryFolder folder;
  Descriptor log{::open((folder / "log").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600)};
  std::array<std::byte, 4096> page{};
  std::array<Reading, 64> readings;

  void setup() override {
    folder.write("sys/class/power_supply/bat/type", "Battery\n");
    folder.write("sys/class/power_supply/bat/capacity", "80\n");
    folder.write("sys/class/thermal/thermal_zone0/temp", "40000\n");
    folder.write("pump.csv", "timestamp_ms,sensor_id,value\n0,a,0.1\n0,b,1e300\n1,a,123456.789\n");
  }
  void teardown() override { counting = false; }

  // A second of the core's life, and then some.
  void live(hal::Board & board, EventLoop & loop, hal::FileHandle file) {
    hal::ClockStep step;
    hal::RoleExit exit;
    hal::FileName name;
    static_cast<void>(board.clock.utc());
    static_cast<void>(board.clock.take_step(step));
    static_cast<void>(board.sensors.take(readings));
    CHECK(is_ok(board.flash.write(file, 0, page)));
    CHECK(is_ok(board.flash.sync(file)));
    CHECK(board.flash.read(file, 0, page).ok());
    CHECK(board.flash.space().ok());
    static_cast<void>(board.flash.medium());
    CHECK(is_ok(board.flash.name_at(0, name)));
    static_cast<void>(board.power.state());
    static_cast<void>(board.network.state());
    static_cast<void>(board.processes.next_exit(exit));
    CHECK(board.processes.usage({}).ok());
    CHECK(is_ok(board.entropy.fill(std::span{page}.first(32))));
    CHECK(is_ok(board.keys.store({}, std::span{page}.first(32))));
    CHECK(board.keys.load({}, page).ok());
    CHECK(is_ok(board.slots.note_stable()));
    board.log.write(hal::LogLevel::note, "turn", "ms=3");
    board.watchdog.feed();
    loop.wait_until(board.clock.uptime() + milliseconds(2));
  }
};

TEST(HeapOfTheBoard, is_left_alone_after_construction) {
  ReplayedSensors sensors{1};
  CHECK(is_ok(sensors.open((folder / "pump.csv").c_str(), boot_clock_now())));
  BoardOptions options;
  options.data_directory = folder / "data";
  options.sysfs = folder / "sys";
  options.log_descriptor = log.number();
  options.sensors = &sensors;
  options.processes = test::obedient_roles();
  Board board{options};
  PowerOptions supplies;
  supplies.sysfs.assign(folder / "sys");
  Power power{supplies};
  const hal::FileHandle file = board.hal().flash.open("file", hal::OpenMode::create).value();

  counting = true;
  const Status started = board.hal().processes.start({}, 64'000'000);
  for (int i = 0; i < 3; ++i) live(board.hal(), board.loop(), file);
  power.refresh();
  counting = false;

  CHECK(is_ok(started));
  LONGS_EQUAL(0, taken_count);
}

TEST(HeapOfTheBoard, would_be_seen_to_be_used) {
  taken_count = 0;
  counting = true;
  const std::string text(100, 'x');
  counting = false;
  CHECK(taken_count > 0);
  taken_count = 0;
}

#endif
