#include "flows/forwarding/forwarding.h"

#include <CppUTest/TestHarness.h>

#include <map>
#include <memory>
#include <set>

#include "tests/support/frame_of_sensors.h"
#include "tests/unit/stores/telemetry/window_under_test.h"

using namespace hf;
using namespace hf::flows::forwarding;

namespace {

constexpr BootId kBoot{77};

// A store that does what the test says, and remembers what it was asked.
class ToldStore final : public FrameKeeping {
 public:
  Status keep(std::span<std::byte> frame, Uptime now) override {
    const Status answer = take(answers_to_keep);
    if (!is_ok(answer)) return answer;
    test::ScannedSensors scanned;
    CHECK(is_ok(test::read_frame(frame, scanned)));
    oldest = std::min(oldest, scanned.about.first);
    kept_at.push_back(now);
    frames.push_back(std::move(scanned));
    return Status::ok;
  }
  Status keep_event(std::span<std::byte>, Uptime) override {
    ++events;
    return Status::ok;
  }
  Uptime oldest_unsafe() const override { return oldest; }
  Status make_safe(Uptime now) override {
    const Status answer = take(answers_to_make_safe);
    if (is_ok(answer)) safe_at.push_back(now);
    if (is_ok(answer)) oldest = kNever;
    return answer;
  }
  Status batch(Uptime now) override {
    batched_at.push_back(now);
    oldest = kNever;
    return Status::ok;
  }

  std::vector<Status> answers_to_keep;  // the next ones; then ok
  std::vector<Status> answers_to_make_safe;
  Uptime oldest = kNever;
  std::vector<test::ScannedSensors> frames;
  std::vector<Uptime> kept_at, safe_at, batched_at;
  int events = 0;

 private:
  static Status take(std::vector<Status>& answers) {
    if (answers.empty()) return Status::ok;
    const Status answer = answers.front();
    answers.erase(answers.begin());
    return answer;
  }
};

}  // namespace

TEST_GROUP(Forwarding) {
  static constexpr std::uint32_t kSensors = 4;

  stores::telemetry::WindowUnderTest window{kSensors, 64};
  std::array<stores::SensorEntry, 4> facts;
  stores::Roster roster{facts};
  std::unique_ptr<FrameCutter> cutter =
      std::make_unique<FrameCutter>(*window.telemetry, roster, kBoot);
  ToldStore store;
  std::array<std::byte, 16384> frame_memory{};
  Forwarding forwarding{*cutter, store, kBoot, 0, frame_memory};
  Uptime now{0};
  Uptime due{0};
  std::uint64_t added = 0;

  // A second after the other: all sensors are read, and forwarding is called when it wanted to be.
  void run(int seconds_count, bool power_is_failing = false) {
    for (int i = 0; i < seconds_count; ++i) {
      now = now + seconds(1);
      for (std::uint32_t sensor = 0; sensor < kSensors; ++sensor) {
        CHECK(is_ok(window.add(sensor, now.ms, 20.5 + static_cast<double>(added % 100))));
        ++added;
      }
      if (now >= due || power_is_failing) due = forwarding.step(now, power_is_failing);
      CHECK(due > now);
    }
  }

  // Every reading that was taken came once, in whole frames, in order.
  void check_nothing_twice() {
    std::set<std::pair<std::uint16_t, std::int64_t>> seen;
    std::uint64_t readings = 0;
    for (const auto& frame : store.frames) {
      for (const auto& [sensor, column] : frame.sensors) {
        for (const std::uint16_t row : column.rows) {
          CHECK(seen.insert({sensor, frame.rows[row].ms}).second);
          ++readings;
        }
      }
    }
    UNSIGNED_LONGLONGS_EQUAL(forwarding.counts().readings, readings);
  }
};

TEST(Forwarding, FW1_a_reading_is_made_safe_before_it_is_W_old) {
  for (const std::int64_t window_s : {1, 2, 10, 60, 300}) {
    store.safe_at.clear();
    store.frames.clear();
    forwarding.set({.window = seconds(window_s)});
    due = now;
    run(static_cast<int>(4 * window_s + 10));
    CHECK(!store.safe_at.empty());
    std::size_t frame = 0;
    for (const Uptime safe_at : store.safe_at) {
      for (; frame < store.frames.size() && store.kept_at[frame] <= safe_at; ++frame) {
      }
    }
    for (const auto& kept : store.frames) {
      const auto next = std::find_if(store.safe_at.begin(), store.safe_at.end(),
                                     [&](Uptime at) { return at >= kept.about.last; });
      if (next == store.safe_at.end()) continue;  // the last one, still young
      CHECK(*next - kept.about.first <= seconds(window_s));
    }
    CHECK(now - store.safe_at.back() <= seconds(window_s));
  }
}

TEST(Forwarding, a_window_that_widens_or_narrows_holds_from_the_next_step_on) {
  forwarding.set({.window = seconds(5)});
  run(60);
  const std::size_t narrow = store.frames.size();
  CHECK(narrow >= 12);
  forwarding.set({.window = seconds(60)});
  run(60);
  CHECK(store.frames.size() <= narrow + 2);
  forwarding.set({.window = seconds(5)});
  due = now;
  store.safe_at.clear();
  run(6);
  CHECK(!store.safe_at.empty());
}

TEST(Forwarding, FW2_everything_comes_once) {
  run(500);
  check_nothing_twice();
  CHECK(added - forwarding.counts().readings <= 10 * kSensors);
}

TEST(Forwarding, FW2_what_was_not_kept_comes_again) {
  store.answers_to_keep = {Status::unavailable, Status::unavailable};
  run(60);
  check_nothing_twice();
  UNSIGNED_LONGLONGS_EQUAL(2, forwarding.counts().failures);
  CHECK(added - forwarding.counts().readings <= 10 * kSensors);
}

TEST(Forwarding, FW2_a_full_store_is_batched_and_asked_again) {
  store.answers_to_keep = {Status::full};
  run(15);
  UNSIGNED_LONGS_EQUAL(1, store.batched_at.size());
  UNSIGNED_LONGLONGS_EQUAL(0, forwarding.counts().failures);
  check_nothing_twice();
}

TEST(Forwarding, FW3_what_left_the_window_is_told_by_a_gap_record) {
  forwarding.set({.window = seconds(300)});
  due = forwarding.step(now);
  for (std::int64_t i = 0; i < 100'000; ++i) {  // one sensor floods a small window
    now = now + milliseconds(1);
    CHECK(is_ok(window.add(0, now.ms, static_cast<double>(i * 7919 % 10007) / 7)));
  }
  now = now + seconds(300);
  for (int i = 0; i < 2000; ++i) due = forwarding.step(now);
  CHECK(forwarding.counts().missed > 0);
  CHECK(store.events > 0);
  UNSIGNED_LONGLONGS_EQUAL(100'000, forwarding.counts().missed + forwarding.counts().readings);
  check_nothing_twice();
}

TEST(Forwarding, FW4_all_is_safe_at_once_when_power_is_failing) {
  run(25);
  const std::size_t batches = store.batched_at.size();
  run(1, true);
  CHECK(store.safe_at.back() == now);
  UNSIGNED_LONGLONGS_EQUAL(added, forwarding.counts().readings);
  UNSIGNED_LONGS_EQUAL(batches + 1, store.batched_at.size());
  run(5, true);  // and once is enough
  UNSIGNED_LONGS_EQUAL(batches + 1, store.batched_at.size());
}

TEST(Forwarding, FW5_a_store_that_fails_to_make_safe_is_asked_again) {
  store.answers_to_make_safe = {Status::unavailable, Status::unavailable, Status::unavailable};
  run(30);
  UNSIGNED_LONGLONGS_EQUAL(3, forwarding.counts().failures);
  CHECK(!store.safe_at.empty());
}

TEST(Forwarding, batches_every_ten_minutes) {
  run(1900);
  UNSIGNED_LONGS_EQUAL(3, store.batched_at.size());
}

TEST(Forwarding, cuts_often_while_somebody_listens_and_late_otherwise) {
  forwarding.set({.window = seconds(60), .live_period = seconds(2)});
  run(60);
  UNSIGNED_LONGS_EQUAL(30, store.frames.size());
  store.frames.clear();
  forwarding.set({.window = seconds(60), .live_period = {}});
  run(600);
  CHECK(store.frames.size() <= 11);
}

TEST(Forwarding, what_was_receipted_in_time_costs_no_flash) {
  forwarding.set({.window = seconds(10), .live_period = seconds(2)});
  for (int i = 0; i < 100; ++i) {
    run(1);
    store.oldest = kNever;  // a receipt for all
  }
  CHECK(store.safe_at.empty());
}

TEST(Forwarding, a_frame_that_does_not_fit_is_cut_in_two) {
  forwarding.set({.window = seconds(300)});
  due = forwarding.step(now);
  Random random(4);
  for (int i = 0; i < 3000; ++i) {  // more rows than a frame has, of values that do not shrink
    now = now + milliseconds(90);
    CHECK(is_ok(window.add(1, now.ms, test::decimal(random.between(-1000, 1000), 1) / 3)));
    ++added;
  }
  now = now + seconds(30);
  due = forwarding.step(now);
  CHECK(store.frames.size() > 1);
  UNSIGNED_LONGLONGS_EQUAL(3000, forwarding.counts().readings);
  check_nothing_twice();
}
