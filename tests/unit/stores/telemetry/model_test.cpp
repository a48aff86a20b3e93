// The window against the simplest thing that could be right: a list of readings per sensor.
//
// Random sensors, values, periods, jitter, gaps, floods, late readings, prunings and rehydration; a
// failure prints the seed, which alone replays it.

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <cmath>
#include <deque>
#include <limits>

#include "tests/unit/stores/telemetry/window_under_test.h"
#include "vocabulary/random.h"

using namespace hf;
using namespace hf::stores::telemetry;

namespace {

constexpr std::uint32_t kSensors = 6;

double any_value(Random& random, double before) {
  switch (random.below(24)) {
    case 0: return std::bit_cast<double>(random.next());  // anything, NaNs with payloads included
    case 1: return -0.0;
    case 2: return std::numeric_limits<double>::infinity();
    case 3: return std::numeric_limits<double>::denorm_min();
    case 4: return random.fraction();
    case 5:
    case 6: return before;
    default: break;
  }
  const double moved = std::isfinite(before) && std::fabs(before) < 1e6 ? before : 20;
  return std::round((moved + static_cast<double>(random.between(-9, 9)) / 10) * 10) / 10;
}

class Model {
 public:
  explicit Model(std::uint64_t seed)
      : random_(seed),
        window_(kSensors,
                static_cast<std::uint32_t>(24 + random_.below(random_.chance(1, 2) ? 40 : 400)),
                random_.chance(1, 2) ? 1024 : 2048, hours(1 + random_.between(0, 3))) {
    for (std::uint32_t i = 0; i < kSensors; ++i) {
      followers_[i] = window_.telemetry->reader(sensor(i), 0);
    }
  }

  void run(std::uint32_t steps) {
    for (std::uint32_t step = 0; step < steps && holds_; ++step) {
      const std::uint64_t what = random_.below(100);
      if (what < 70)
        scan();
      else if (what < 85)
        single();
      else if (what < 88)
        flood();
      else if (what < 91)
        now_ += random_.between(0, 4'000'000);
      else if (what < 94)
        prune();
      else if (what < 97)
        put_back();
      else
        check();
      follow();
    }
    check();
  }

  bool holds() const { return holds_; }
  const Counts& counts() const { return window_.telemetry->counts(); }

 private:
  void expect(bool condition) { holds_ = holds_ && condition; }

  void scan() {
    const auto source = static_cast<ScanSource>(random_.below(2));
    const std::int64_t jitter = random_.chance(1, 3) ? random_.between(-9, 9) : 0;
    now_ += 1000 + jitter;
    for (std::uint64_t left = 1 + random_.below(40); left > 0; --left) {
      std::vector<ScanValue> values;
      for (std::uint32_t i = 0; i < kSensors; ++i) {
        if (random_.chance(1, 50) || (i == 5 && left % 3 != 0)) continue;
        values.push_back({.value = next_value(i), .sensor = sensor(i), .quality = quality()});
      }
      const std::uint32_t taken = window_.telemetry->add_scan(source, {now_}, values, {now_});
      expect(taken == values.size());
      for (const ScanValue& value : values) {
        lists_[value.sensor.value].push_back({{now_}, value.value, value.sensor, value.quality});
      }
      now_ += random_.chance(1, 20) ? random_.between(0, 5000) : 1000;
    }
  }

  void single() {
    const auto index = static_cast<std::uint32_t>(random_.below(kSensors));
    std::int64_t at = now_;
    if (random_.chance(1, 2)) at -= random_.between(0, 20'000);
    const Reading reading{{at}, next_value(index), sensor(index), quality()};
    const Status status = window_.telemetry->add(reading, {now_});
    std::deque<Reading>& list = lists_[index];
    const bool late = !list.empty() && at < list.back().at.ms;
    expect(status == Status::ok || (late && status == Status::refused));
    if (status != Status::ok) return;
    auto place = list.end();
    while (place != list.begin() && (place - 1)->at > reading.at) --place;
    list.insert(place, reading);
  }

  void flood() {
    const auto index = static_cast<std::uint32_t>(random_.below(kSensors));
    for (std::uint64_t left = random_.below(3000); left > 0; --left) {
      now_ += random_.between(0, 3);
      const Reading reading{{now_}, next_value(index), sensor(index), Quality::good};
      expect(window_.telemetry->add(reading, {now_}) == Status::ok);
      lists_[index].push_back(reading);
    }
  }

  void prune() {
    const Uptime limit = Uptime{now_} - window_.capacities.window;
    trim();
    const std::uint64_t dropped_before = dropped_;
    dropped_newest_ = {std::numeric_limits<std::int64_t>::min()};
    const std::uint64_t pruned = window_.telemetry->prune({now_});
    trim();
    expect(dropped_ - dropped_before == pruned);
    expect(pruned == 0 || dropped_newest_ < limit);
  }

  void put_back() {
    const auto index = static_cast<std::uint32_t>(random_.below(kSensors));
    trim();
    std::deque<Reading>& list = lists_[index];
    const std::int64_t before = list.empty() ? now_ : list.front().at.ms;
    std::vector<Reading> older(random_.below(700));
    std::int64_t at = before - random_.between(0, 100);
    for (std::size_t i = older.size(); i-- > 0;) {
      older[i] = {{at}, next_value(index), sensor(index), quality()};
      at -= random_.chance(1, 30) ? random_.between(0, 3000) : 1000;
    }
    const Status status = window_.telemetry->put_back(sensor(index), older, {now_});
    expect(status == Status::ok || status == Status::full);
    if (status != Status::ok) return;
    const Uptime limit = Uptime{now_} - window_.capacities.window;
    std::erase_if(older, [&](const Reading& reading) { return reading.at < limit; });
    list.insert(list.begin(), older.begin(), older.end());
  }

  // Readers that stay: they read on a little at any time, in blocks that grow and go meanwhile.
  void follow() {
    const auto index = static_cast<std::uint32_t>(random_.below(kSensors));
    trim();
    SeriesReader& follower = followers_[index];
    std::vector<Reading> page(1 + random_.below(100));
    const std::uint32_t count = follower.read(page);
    const Sequence first = window_.telemetry->series(sensor(index)).first();
    const Sequence from = follower.next() - count - first;
    expect(from >= 0 && follower.next() - first <= static_cast<Sequence>(lists_[index].size()));
    for (std::uint32_t i = 0; i < count && holds_; ++i) {
      expect(same(page[i], lists_[index][static_cast<std::size_t>(from + i)]));
    }
    window_.telemetry->hand_out_before(sensor(index), follower.next());
  }

  // The model forgets what the window says it dropped: everything before first().
  void trim() {
    for (std::uint32_t i = 0; i < kSensors; ++i) {
      const Series& series = window_.telemetry->series(sensor(i));
      const auto held = static_cast<std::size_t>(series.end() - series.first());
      expect(held <= lists_[i].size());
      while (holds_ && lists_[i].size() > held) {
        dropped_newest_ = std::max(dropped_newest_, lists_[i].front().at);
        lists_[i].pop_front();
        ++dropped_;
      }
    }
  }

  std::uint64_t held() const {
    std::uint64_t held = 0;
    for (const auto& list : lists_) held += list.size();
    return held;
  }

  void check() {
    trim();
    const Counts& counts = window_.telemetry->counts();
    expect(counts.expired + counts.evicted == dropped_);
    expect(counts.taken + counts.put_back == window_.telemetry->held() + dropped_);
    for (std::uint32_t i = 0; i < kSensors && holds_; ++i) {
      const std::vector<Reading> expected(lists_[i].begin(), lists_[i].end());
      expect(same(window_.all(i), expected));
      check_range(i, expected);
    }
  }

  void check_range(std::uint32_t index, const std::vector<Reading>& all) {
    const std::int64_t from = now_ - random_.between(0, 4'000'000);
    const std::int64_t to = from + random_.between(0, 2'000'000);
    std::vector<Reading> expected;
    std::copy_if(all.begin(), all.end(), std::back_inserter(expected), [&](const Reading& reading) {
      return reading.at.ms >= from && reading.at.ms <= to;
    });
    const auto page = static_cast<std::uint32_t>(1 + random_.below(200));
    expect(same(window_.range(index, from, to, page), expected));
  }

  double next_value(std::uint32_t index) {
    return values_[index] = any_value(random_, index < 2 ? 21.5 : values_[index]);
  }
  Quality quality() {
    return random_.chance(1, 40) ? static_cast<Quality>(random_.below(kQualityCount))
                                 : Quality::good;
  }

  Random random_;
  WindowUnderTest window_;
  std::int64_t now_ = 0;
  std::deque<Reading> lists_[kSensors];
  SeriesReader followers_[kSensors];
  double values_[kSensors] = {};
  Uptime dropped_newest_;
  std::uint64_t dropped_ = 0;
  bool holds_ = true;
};

}  // namespace

TEST_GROUP(TelemetryModel){};

TEST(TelemetryModel, holds_what_a_list_of_readings_would_whatever_happens) {
  constexpr std::uint64_t kSeeds = 60;
  Counts seen;
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    Model model(seed);
    model.run(150);
    if (!model.holds()) {
      FAIL(StringFromFormat("seed %u", static_cast<unsigned>(seed)).asCharString());
    }
    const Counts& counts = model.counts();
    seen.put_back += counts.put_back;
    seen.expired += counts.expired;
    seen.evicted += counts.evicted;
    seen.taken_late += counts.taken_late;
    seen.refused_late += counts.refused_late;
  }
  // A model that never comes there proves nothing.
  CHECK(seen.put_back > 1000 && seen.expired > 1000 && seen.evicted > 1000);
  CHECK(seen.taken_late > 100 && seen.refused_late > 10);
}
