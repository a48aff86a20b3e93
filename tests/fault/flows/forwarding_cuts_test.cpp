// Power goes at every change to the medium while sensors are read, forwarded, journaled and
// batched. After each cut the gateway starts again, with its memory gone, and goes on.
//
// Judged by arithmetic on readings: of all that were taken, those that were W old at a cut are in
// the queue after the next start, each once and with the value it had; positions are never reused.
#include <CppUTest/TestHarness.h>

#include <cstdio>
#include <map>
#include <memory>
#include <optional>

#include "flows/forwarding/forwarding.h"
#include "platform/sim/flash.h"
#include "tests/support/frame_of_sensors.h"
#include "tests/support/store_on_journal.h"
#include "tests/unit/stores/telemetry/window_under_test.h"

using namespace hf;

namespace {

constexpr std::uint32_t kSensors = 3;
constexpr Duration kWindow = seconds(10);

using Key = std::tuple<std::uint64_t, std::uint16_t, std::int64_t>;  // boot, sensor, uptime

class Gateway {
 public:
  explicit Gateway(std::uint64_t seed)
      : random_(seed), clock_(seed), flash_(supply_, clock_, seed) {}

  // One boot: reads sensors for `seconds_count` or until the power goes. True: all was done.
  bool live(int seconds_count, std::uint64_t changes) {
    const BootId boot{++boot_count_};
    stores::telemetry::WindowUnderTest window(kSensors, 32);
    std::array<stores::SensorEntry, kSensors> facts;
    stores::Roster roster{facts};
    const auto cutter =
        std::make_unique<flows::forwarding::FrameCutter>(*window.telemetry, roster, boot);
    const auto store = std::make_unique<test::StoreOnJournal>(file_, flash_, kWindow);
    std::array<std::byte, 8192> memory;
    flows::forwarding::Forwarding forwarding(*cutter, *store, boot, 0, memory);
    forwarding.set({.window = kWindow, .batch_period = seconds(45)});

    supply_.lose_after(changes);
    Uptime now{0};
    if (is_ok(store->open())) {
      Uptime due{0};
      for (int i = 0; i < seconds_count && supply_.is_on(); ++i) {
        now = now + seconds(1);
        for (std::uint16_t sensor = 0; sensor < kSensors; ++sensor) {
          const double value = test::decimal(random_.between(-5000, 5000), 2);
          CHECK(is_ok(window.add(sensor, now.ms, value)));
          taken_[{boot.value, sensor, now.ms}] = value;
        }
        if (now >= due) due = forwarding.step(now);
      }
    }
    const bool done = supply_.is_on();
    // What was not W old may be lost now, and is no longer asked for.
    std::erase_if(taken_, [&](const auto& reading) {
      const auto& [of_boot, sensor, at] = reading.first;
      return of_boot == boot.value && now.ms - at < kWindow.ms;
    });
    supply_.cut();
    flash_.power_on();
    supply_.restore();
    return done;
  }

  void check() {
    const auto store = std::make_unique<test::StoreOnJournal>(file_, flash_, kWindow);
    CHECK(is_ok(store->open()));
    UNSIGNED_LONGLONGS_EQUAL(0, store->lost_count);
    std::map<Key, double> arrived;
    std::uint64_t next_position = 0;
    for (const auto& frame : file_.frames) {
      test::ScannedSensors scanned;
      CHECK(is_ok(test::read_frame(frame, scanned)));
      CHECK(scanned.about.position >= next_position);
      next_position = scanned.about.position + scanned.about.row_count;
      for (const auto& [sensor, column] : scanned.sensors) {
        for (std::size_t i = 0; i < column.rows.size(); ++i) {
          const Key key{scanned.about.boot.value, sensor, scanned.rows[column.rows[i]].ms};
          CHECK(arrived.emplace(key, column.values[i]).second);
        }
      }
    }
    for (const auto& [key, value] : taken_) {
      const auto found = arrived.find(key);
      CHECK(found != arrived.end() && found->second == value);
    }
  }

 private:
  Random random_;
  sim::Supply supply_;
  sim::Clock clock_;
  sim::Flash flash_;
  test::QueueFile file_;
  std::map<Key, double> taken_;
  std::uint64_t boot_count_ = 0;
};

}  // namespace

TEST_GROUP(ForwardingUnderPowerLoss){};

TEST(ForwardingUnderPowerLoss, every_reading_that_was_W_old_is_in_the_queue_once) {
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    bool done = false;
    for (std::uint64_t changes = 0; !done; ++changes) {
      Gateway gateway(seed);
      done = gateway.live(100, changes);
      gateway.live(60, changes / 2);
      gateway.live(30, 3);
      gateway.live(60, 1'000'000);
      gateway.check();
    }
  }
}
