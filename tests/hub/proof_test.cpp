// The proof finds what is wrong with a store, whoever made it so.
#include "tools/hub/proof/proof.h"

#include <CppUTest/TestHarness.h>

#include "tests/hub/sent_frames.h"
#include "tests/hub/store_under_test.h"
#include "tools/hub/serving/worker.h"

namespace hf::hub {
namespace {

constexpr std::uint64_t kStream = 0xABCDEF0123456789;
constexpr UtcTime kNow{1'763'600'000'000};

}  // namespace

// 100 rows of a boot that began 100 s before kNow.
TEST_GROUP(HubProof) {
  test::StoreUnderTest store;
  std::unique_ptr<Sql> sql = store.open();
  Archive archive{*sql};

  void setup() override {
    Worker worker(*sql, {});
    const auto send = [&worker](std::string_view word, std::string payload) {
      worker.take({"holdfast/v1/default/g1/" + std::string{word}, std::move(payload)});
    };
    const UtcReading utc{kNow, milliseconds(20), TimeQuality::synced};
    send("state", test::anchor_frame(kStream, 0, Uptime{100'000}, utc));
    send("frames", test::readings_frame(kStream, {0, 50}));
    send("frames", test::readings_frame(kStream, {50, 100}));
    worker.commit(kNow);
  }

  // As if the gateway had numbered these, which were taken in those seconds, from 100 on.
  void send_from_100_on(const std::vector<std::uint64_t>& seconds, double more) {
    std::string frame = test::frame_of_seconds(kStream, seconds, more);
    const auto bytes = std::as_writable_bytes(std::span{frame});
    wire::set_position(bytes, kStream, 100);
    wire::seal_frame(bytes);
    Worker worker(*sql, {});
    worker.take({"holdfast/v1/default/g1/frames", frame});
    worker.commit(kNow);
  }

  Findings prove(const UtcRange& range = {}) {
    return Proof(archive).of_gateway(archive.gateways().at(0).id, range);
  }
};

TEST(HubProof, a_sound_store_is_complete) {
  const Findings found = prove();
  CHECK(found.is_complete());
  UNSIGNED_LONGS_EQUAL(100 * test::kSentSensors, found.readings);
  UNSIGNED_LONGS_EQUAL(3, found.frames);
}

TEST(HubProof, a_frame_that_vanished_is_missed) {
  sql->query("DELETE FROM frame WHERE position = 50 AND kind = 1");
  const Findings found = prove();
  CHECK_FALSE(found.is_complete());
  UNSIGNED_LONGS_EQUAL(1, found.incoherent);
  UNSIGNED_LONGS_EQUAL(50 * test::kSentSensors, found.readings);
}

TEST(HubProof, a_frame_that_counts_twice_is_found) {
  sql->query(
      "INSERT INTO frame (lane_id, position, row_count, kind, boot, roster, first_ms, last_ms,"
      " readings, received_ms, counted, body) SELECT lane_id, position, row_count, kind, boot,"
      " roster, first_ms, last_ms, readings, received_ms, counted, body FROM frame"
      " WHERE position = 0 AND kind = 1");
  const Findings found = prove();
  CHECK(found.duplicated >= 50);
  CHECK_FALSE(found.is_complete());
}

TEST(HubProof, readings_of_one_moment_at_two_positions_are_found) {
  send_from_100_on({0, 1, 2}, 0);
  UNSIGNED_LONGS_EQUAL(3 * test::kSentSensors, prove().duplicated);
}

TEST(HubProof, the_last_row_of_a_frame_that_begins_the_next_one_too_is_found) {
  send_from_100_on({99, 100, 101}, 0);
  UNSIGNED_LONGS_EQUAL(test::kSentSensors, prove().duplicated);
}

TEST(HubProof, a_sensor_read_often_in_the_moment_between_two_frames_is_not_there_twice) {
  send_from_100_on({99, 100, 101}, 0.5);
  CHECK(prove().is_complete());
  UNSIGNED_LONGS_EQUAL(103 * test::kSentSensors, prove().readings);
}

TEST(HubProof, a_burst_of_one_value_between_two_frames_is_not_there_twice) {
  send_from_100_on({99, 99, 100}, 0);
  CHECK(prove().is_complete());
  UNSIGNED_LONGS_EQUAL(103 * test::kSentSensors, prove().readings);
}

TEST(HubProof, a_frame_that_rots_in_the_store_is_found) {
  const std::string frame = test::readings_frame(kStream, {0, 50});
  std::string rotten = frame;
  rotten[60] = static_cast<char>(rotten[60] ^ 1);
  sql->query("UPDATE frame SET body = $1 WHERE position = 0 AND kind = 1",
             {Blob{std::as_bytes(std::span{rotten})}});
  const Findings found = prove();
  UNSIGNED_LONGS_EQUAL(1, found.damaged);
  CHECK_FALSE(found.is_complete());
}

TEST(HubProof, a_span_of_time_is_proved_by_itself) {
  Worker worker(*sql, {});
  worker.take({"holdfast/v1/default/g1/frames", test::readings_frame(kStream, {150, 160})});
  worker.commit(kNow);
  UNSIGNED_LONGS_EQUAL(50, prove().missing);
  const Findings early = prove({kNow - seconds(100), kNow - seconds(10)});
  CHECK(early.is_complete());
  UNSIGNED_LONGS_EQUAL(100 * test::kSentSensors, early.readings);
  const Findings late = prove({kNow - seconds(20), kNow + seconds(200)});
  UNSIGNED_LONGS_EQUAL(50, late.missing);
  UNSIGNED_LONGS_EQUAL(0, prove({kNow + days(9), kNow + days(10)}).readings);
}

}  // namespace hf::hub
