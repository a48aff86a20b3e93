// Workers, a store, and gateways that send as gateways do: again, in other pieces, too late.
#include "tools/hub/serving/worker.h"

#include <CppUTest/TestHarness.h>
#include <unistd.h>

#include <algorithm>
#include <set>

#include "tests/hub/sent_frames.h"
#include "tests/hub/store_under_test.h"
#include "tools/hub/proof/proof.h"
#include "vocabulary/random.h"
#include "wire/uplink/receipt.h"

namespace hf::hub {
namespace {

constexpr std::uint64_t kStream = 0xABCDEF0123456789;
constexpr UtcTime kNow{1'763'600'000'000};

Message message(std::string_view word, std::string payload, std::string_view gateway = "g1") {
  return {"holdfast/v1/default/" + std::string{gateway} + "/" + std::string{word},
          std::move(payload)};
}

// What a receipt says is there, as a gateway would take it.
struct Told {
  std::uint64_t stream = 0;
  wire::Lane lane = wire::Lane::readings;
  std::vector<Interval> there;
};

std::vector<Told> read_receipts(const std::vector<Outgoing>& out) {
  std::vector<Told> told;
  for (const Outgoing& each : out) {
    wire::ReceiptReader reader;
    CHECK(is_ok(reader.open(bytes_of(each.payload))));
    std::array<wire::PositionRun, wire::kReceiptHolesMax> space;
    wire::ReceiptEntry entry;
    while (is_ok(reader.next(space, entry))) {
      Told lane{entry.stream, entry.lane, {}};
      Position at = 0;
      for (const wire::PositionRun& hole : entry.holes) {
        lane.there.push_back({at, hole.first});
        at = hole.end;
      }
      lane.there.push_back({at, std::max(entry.through, entry.watermark)});
      told.push_back(lane);
    }
  }
  return told;
}

Findings prove(const test::StoreUnderTest& store) {
  const auto sql = store.open();
  Archive archive(*sql);
  Findings findings;
  for (const KnownGateway& each : archive.gateways()) {
    findings.add(Proof(archive).of_gateway(each.id));
  }
  return findings;
}

}  // namespace

TEST_GROUP(HubWorker) {
  test::StoreUnderTest store;
  std::unique_ptr<Sql> sql = store.open();

  std::vector<Told> serve(Worker & worker, UtcTime now = kNow) {
    worker.commit(now);
    return read_receipts(worker.receipts(now));
  }
};

TEST(HubWorker, a_frame_is_kept_once_however_often_and_in_whatever_pieces_it_comes) {
  Worker worker(*sql, {});
  worker.take(message("frames", test::readings_frame(kStream, {0, 60})));
  worker.take(message("live", test::readings_frame(kStream, {50, 61})));
  worker.take(message("frames", test::readings_frame(kStream, {0, 60})));
  worker.commit(kNow);
  worker.take(message("frames", test::readings_frame(kStream, {30, 90})));
  worker.commit(kNow);
  UNSIGNED_LONGS_EQUAL(3, worker.counts().kept.frames);
  UNSIGNED_LONGS_EQUAL(1, worker.counts().kept.repeated);
  const Findings found = prove(store);
  UNSIGNED_LONGS_EQUAL(90 * test::kSentSensors, found.readings);
  CHECK(found.is_complete());
}

TEST(HubWorker, what_is_proved_is_of_one_moment_however_much_comes_meanwhile) {
  Worker worker(*sql, {});
  worker.take(message("frames", test::readings_frame(kStream, {0, 60})));
  worker.commit(kNow);
  const auto reader = store.open();
  Archive archive(*reader);
  const auto readings = [&] { return Proof(archive).of_gateway(1).readings; };
  {
    const Snapshot moment(*reader);
    UNSIGNED_LONGS_EQUAL(60 * test::kSentSensors, readings());
    worker.take(message("frames", test::readings_frame(kStream, {60, 90})));
    worker.commit(kNow);
    const Findings found = Proof(archive).of_gateway(1);
    UNSIGNED_LONGS_EQUAL(60 * test::kSentSensors, found.readings);
    CHECK(found.is_complete());
  }
  UNSIGNED_LONGS_EQUAL(90 * test::kSentSensors, readings());
}

TEST(HubWorker, a_receipt_names_watermark_and_holes) {
  Worker worker(*sql, {});
  worker.take(message("frames", test::readings_frame(kStream, {0, 10})));
  worker.take(message("frames", test::readings_frame(kStream, {15, 20})));
  worker.take(message("health", test::health_text("g1", true, {kStream})));
  const std::vector<Told> told = serve(worker);
  LONGS_EQUAL(1, told.size());
  CHECK_TRUE(told[0].stream == kStream && told[0].lane == wire::Lane::readings);
  CHECK_TRUE((told[0].there == std::vector<Interval>{{0, 10}, {15, 20}}));
}

TEST(HubWorker, a_condensed_frame_that_is_to_come_is_not_called_received_S4) {
  Worker worker(*sql, {});
  worker.take(message("state", test::gap_frame(kStream, 0,
                                               {.from = 0,
                                                .to = 60,
                                                .reason = wire::GapReason::thinned,
                                                .kept = wire::Resolution::every_10s})));
  worker.take(message("state", test::gap_frame(kStream, 1,
                                               {.from = 60,
                                                .to = 70,
                                                .reason = wire::GapReason::dropped,
                                                .kept = wire::Resolution::nothing})));
  worker.take(message("health", test::health_text("g1", true, {kStream})));
  for (const Told& told : serve(worker)) {
    if (told.lane == wire::Lane::events) continue;
    CHECK_TRUE((told.there == std::vector<Interval>{{0, 0}, {60, 70}}));
  }
  worker.take(message("frames", test::envelopes_frame(kStream, {0, 60})));
  worker.commit(kNow);
  const Findings found = prove(store);
  CHECK(found.is_complete());
  UNSIGNED_LONGS_EQUAL(10, found.declared.at(static_cast<std::uint8_t>(wire::GapReason::dropped)));
}

TEST(HubWorker, readings_that_were_declared_lost_and_come_after_all_are_kept) {
  Worker worker(*sql, {});
  worker.take(message("state", test::gap_frame(kStream, 0, {.from = 0, .to = 10})));
  worker.commit(kNow);
  worker.take(message("frames", test::envelopes_frame(kStream, {0, 10})));
  worker.take(message("frames", test::readings_frame(kStream, {0, 10})));
  worker.commit(kNow);
  const Findings found = prove(store);
  UNSIGNED_LONGS_EQUAL(10 * test::kSentSensors, found.readings);
  CHECK(found.is_complete() && found.declared.empty());
}

TEST(HubWorker, what_is_missing_in_a_stream_that_ended_is_declared) {
  Worker worker(*sql, {});
  worker.take(message("frames", test::readings_frame(kStream, {5, 10})));
  worker.take(message("health", test::health_text("g1", false, {kStream})));
  worker.commit(kNow);
  UNSIGNED_LONGS_EQUAL(5, prove(store).missing);
  worker.take(message("health", test::health_text("g1", false, {kStream + 1})));
  worker.commit(kNow);
  const Findings found = prove(store);
  UNSIGNED_LONGS_EQUAL(5, found.declared.at(kStreamEnded));
  CHECK(found.is_complete());
}

TEST(HubWorker, the_same_stream_of_two_gateways_is_two_streams) {
  Worker worker(*sql, {});
  worker.take(message("frames", test::readings_frame(kStream, {0, 10}), "g1"));
  worker.take(message("frames", test::readings_frame(kStream, {0, 10}), "g2"));
  worker.commit(kNow);
  UNSIGNED_LONGS_EQUAL(2 * 10 * test::kSentSensors, prove(store).readings);
}

TEST(HubWorker, any_bytes_at_all_are_refused_and_counted_W3) {
  Worker worker(*sql, {});
  const std::vector<std::string> sound = {
      test::readings_frame(kStream, {0, 60}),
      test::envelopes_frame(kStream, {60, 90}),
      test::gap_frame(kStream, 0, {.from = 3, .to = 9}),
      test::roster_frame(kStream, 1),
      test::anchor_frame(kStream, 2, Uptime{5}, {kNow, Duration{1}, TimeQuality::synced}),
      test::health_text("g1", true, {kStream})};
  const std::vector<std::string> words = {"frames", "live", "alert", "state", "health", "x", ""};
  std::uint64_t sent = 0;
  for (std::uint64_t seed = 1; seed <= 4000; ++seed) {
    Random random(seed);
    std::string payload = sound[random.below(sound.size())];
    const auto any_byte = [&] { return static_cast<char>(random.below(256)); };
    for (std::uint64_t i = random.below(6); i > 0; --i)
      payload[random.below(payload.size())] = any_byte();
    if (random.chance(1, 4)) payload.resize(random.below(payload.size() + 1));
    if (random.chance(1, 8)) payload.assign(random.below(100), any_byte());
    const bool is_frame = payload.size() >= 40 && payload.starts_with("HF");
    if (is_frame && random.chance(1, 2)) {  // a hostile gateway knows how to make a checksum
      wire::seal_frame(std::as_writable_bytes(std::span{payload}));
    }
    worker.take(message(words[random.below(words.size())], payload));
    ++sent;
    if (seed % 500 == 0) worker.commit(kNow);
  }
  worker.commit(kNow);
  std::uint64_t refused = 0;
  for (const std::uint64_t count : worker.intake_counts().refused) refused += count;
  CHECK(refused > sent / 2);
  Archive archive(*sql);
  std::uint64_t noted = 0;
  for (const auto& [reason, count] : archive.refusals()) noted += count;
  UNSIGNED_LONGS_EQUAL(refused, noted);
  const Findings found = prove(store);
  UNSIGNED_LONGS_EQUAL(0, found.damaged);
  UNSIGNED_LONGS_EQUAL(0, found.incoherent);
}

TEST(HubWorker, a_lane_full_of_holes_takes_only_what_fills_them) {
  Worker worker(*sql, {.root = "holdfast", .limits = {.runs_max = 4}});
  for (Position at = 1; at < 40; at += 2) {
    worker.take(message("frames", test::readings_frame(kStream, {at, at + 1})));
    worker.commit(kNow);
  }
  UNSIGNED_LONGS_EQUAL(16, worker.counts().kept.fragmented);
  for (Position at = 0; at < 40; ++at) {
    worker.take(message("frames", test::readings_frame(kStream, {at, at + 1})));
  }
  worker.commit(kNow);
  CHECK(prove(store).is_complete());
}

TEST(HubWorker, no_more_gateways_are_taken_in_than_allowed) {
  Worker worker(*sql, {.root = "holdfast", .limits = {.gateways_max = 2}});
  for (const char* const name : {"a", "b", "c"}) {
    worker.take(message("frames", test::readings_frame(kStream, {0, 10}), name));
  }
  worker.commit(kNow);
  Archive archive(*sql);
  LONGS_EQUAL(2, archive.gateways().size());
  UNSIGNED_LONGS_EQUAL(1, archive.refusals().at("too_many_gateways"));
}

TEST(HubWorker, no_more_streams_of_a_gateway_are_taken_in_than_allowed) {
  Worker worker(*sql, {.root = "holdfast", .limits = {.lanes_max = 2}});
  for (std::uint64_t stream = 1; stream <= 3; ++stream) {
    worker.take(message("frames", test::readings_frame(stream, {0, 10})));
  }
  worker.commit(kNow);
  UNSIGNED_LONGS_EQUAL(2, worker.counts().kept.frames);
  CHECK(prove(store).is_complete());
  UNSIGNED_LONGS_EQUAL(1, Archive(*sql).refusals().at("too_many_streams"));
}

TEST(HubWorker, streams_are_in_the_order_that_their_gateway_says) {
  Worker worker(*sql, {});
  worker.take(message("frames", test::readings_frame(kStream + 2, {0, 10})));
  worker.commit(kNow);
  worker.take(message("frames", test::readings_frame(kStream + 1, {0, 10})));
  worker.take(message("health", test::health_text("g1", false, {kStream + 1, kStream + 2})));
  worker.commit(kNow);
  Archive archive(*sql);
  const auto lanes = archive.lanes(archive.gateways().at(0).id);
  CHECK(lanes.at(0).stream == kStream + 1 && lanes.at(1).stream == kStream + 2);
}

TEST(HubWorker, sensors_and_anchors_are_there_to_be_looked_up) {
  Worker worker(*sql, {});
  worker.take(message("state", test::roster_frame(kStream, 0)));
  const UtcReading utc{kNow, Duration{20}, TimeQuality::synced};
  worker.take(message("state", test::anchor_frame(kStream, 1, Uptime{7000}, utc)));
  worker.commit(kNow);
  Archive archive(*sql);
  const std::int64_t id = archive.gateways().at(0).id;
  const auto sensors = archive.sensors(id, test::kSentRoster);
  LONGS_EQUAL(test::kSentSensors, sensors.size());
  CHECK(sensors.at(1).sensor.text() == "s1" && sensors.at(1).unit.view() == "bar");
  const GatewayClock clock(archive, id);
  CHECK(clock.place(BootId{1}, Uptime{8000}).likely == kNow + seconds(1));
}

// Whatever statement fails, and whether or not the commit before it was heard of: what the next
// worker finds is whole, and the same frames once more complete it.
TEST(HubWorker, a_worker_that_dies_at_any_statement_leaves_nothing_by_halves_S2) {
  const int step = std::getenv("HOLDFAST_HUB_POSTGRES") == nullptr ? 1 : 7;  // it takes its time
  for (int calls = 0;; calls += step) {
    test::StoreUnderTest one;
    const auto real = one.open();
    test::FailingSql failing(*real);
    const auto send = [](Worker& worker) {
      worker.take(message("frames", test::readings_frame(kStream, {0, 30})));
      worker.take(message("live", test::readings_frame(kStream, {50, 60})));
      worker.take(message("frames", test::envelopes_frame(kStream, {20, 50})));
      worker.take(message("state", test::gap_frame(kStream, 0, {.from = 60, .to = 66})));
      worker.take(message("health", test::health_text("g1", true, {kStream})));
    };
    failing.fail_after(calls);
    try {
      Worker worker(failing, {});
      send(worker);
      worker.commit(kNow);
      static_cast<void>(worker.receipts(kNow));
    } catch (const Failure&) {
      real->reopen();
    }
    const Findings between = prove(one);
    UNSIGNED_LONGS_EQUAL(0, between.incoherent + between.duplicated + between.damaged);
    Worker next(*real, {});
    send(next);
    next.commit(kNow);
    const Findings found = prove(one);
    CHECK(found.is_complete());
    UNSIGNED_LONGS_EQUAL((30 + 10) * test::kSentSensors, found.readings);
    if (!failing.has_failed()) return;
  }
}

// Three workers on one store, gateways that send by what they are told, and chance between them:
// messages vanish, come twice, come in any order, and workers die with what they had.
TEST(HubWorker, gateways_and_workers_end_with_every_row_once_and_no_receipt_was_false_W1_S1_S3) {
  constexpr Position kRows = 400;
  constexpr int kWorkers = 3;
  const std::uint64_t seeds = std::getenv("HOLDFAST_HUB_POSTGRES") == nullptr ? 20 : 4;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    Random random(seed);
    test::StoreUnderTest one;
    std::vector<std::unique_ptr<Sql>> sqls;
    std::vector<std::unique_ptr<Worker>> workers;
    for (int i = 0; i < kWorkers; ++i) {
      sqls.push_back(one.open());
      workers.push_back(std::make_unique<Worker>(*sqls.back(), WorkerSettings{}));
    }
    std::set<Position> receipted;
    std::vector<Message> on_the_way;
    UtcTime now = kNow;
    for (int turn = 0; receipted.size() < kRows; ++turn) {
      CHECK_TRUE_TEXT(turn < 20'000, ("seed " + std::to_string(seed)).c_str());
      now = now + seconds(1);
      Position first = random.below(kRows);
      if (random.chance(1, 2)) {  // the oldest that is not receipted
        first = 0;
        while (receipted.contains(first)) ++first;
      }
      const Position end = std::min<Position>(kRows, first + 1 + random.below(40));
      on_the_way.push_back(message("frames", test::readings_frame(kStream, {first, end})));
      if (random.chance(1, 5)) on_the_way.push_back(on_the_way[random.below(on_the_way.size())]);
      Worker& worker = *workers[random.below(kWorkers)];
      while (!on_the_way.empty() && random.chance(3, 4)) {
        std::swap(on_the_way[random.below(on_the_way.size())], on_the_way.back());
        if (!random.chance(1, 6)) worker.take(on_the_way.back());
        on_the_way.pop_back();
      }
      if (random.chance(1, 10)) {
        const std::size_t killed = random.below(kWorkers);
        workers[killed] = std::make_unique<Worker>(*sqls[killed], WorkerSettings{});
        continue;
      }
      if (random.chance(1, 4))
        worker.take(message("health", test::health_text("g1", true, {kStream})));
      worker.commit(now);
      const auto there = one.open();
      Archive archive(*there);
      for (const Told& told : read_receipts(worker.receipts(now))) {
        const Coverage coverage(archive.runs(archive.lanes(1).at(0).id));
        for (const Interval& rows : told.there) {
          for (Position at = rows.first; at < rows.end; ++at) {
            CHECK_TRUE(coverage.next_unheard(at) > at);
            receipted.insert(at);
          }
        }
      }
    }
    const Findings found = prove(one);
    UNSIGNED_LONGS_EQUAL(kRows * test::kSentSensors, found.readings);
    CHECK_TRUE_TEXT(found.is_complete(), ("seed " + std::to_string(seed)).c_str());
  }
}

}  // namespace hf::hub
