// Queue files of every version that was ever released open with today's code, and hold what they
// held. HOLDFAST_RENEW_GOLDEN=1 in the environment writes the file of today's version anew: only
// before that version is released.
#include <cstdlib>
#include <fstream>

#include "tests/support/golden.h"
#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using namespace hf::test;
using hf::test::QueueBench;

namespace {

constexpr int kNewest = 2;

std::string path_of(int version) {
  return golden_path("queue/version_" + std::to_string(version) + ".db");
}

// Rows 1 to 40 received, 41 to 80 not; events 81 to 83, the first received; power was cut behind.
void make_life(QueueBench& bench) {
  bench.keep_for(4, 10);
  bench.batch();
  bench.send_all();
  bench.receive();
  bench.keep_for(4, 10);
  bench.batch();
  STATUS_EQUAL(Status::ok, bench.keep_event());
  bench.send(Choice::events, 1);
  bench.receive();
  STATUS_EQUAL(Status::ok, bench.keep_event());
  STATUS_EQUAL(Status::ok, bench.keep_event());
}

// What version 2 is sealed under: bytes 0 to 31.
void give_key(QueueBench& bench) {
  std::array<std::byte, 32> secret;
  for (std::size_t at = 0; at < secret.size(); ++at) secret[at] = static_cast<std::byte>(at);
  STATUS_EQUAL(Status::ok, bench.on.keys.store({hal::SecretKind::data_key, 1}, secret));
}

void renew_newest() {
  QueueBench bench;
  give_key(bench);
  STATUS_EQUAL(Status::ok, bench.on.start());
  make_life(bench);
  bench.on.end();
  const std::vector<std::byte> bytes = bench.on.flash.image().at("queue.db");
  std::ofstream(path_of(kNewest), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::byte> golden(int version) {
  const std::string text = contents_of(path_of(version));
  const auto bytes = bytes_of(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_GROUP(QueueGolden){};

TEST(QueueGolden, a_file_of_any_version_opens_and_sends_what_upstream_lacks) {
  if (std::getenv("HOLDFAST_RENEW_GOLDEN") != nullptr) renew_newest();
  for (int version = 1; version <= kNewest; ++version) {
    QueueBench bench;
    bench.on.boots = 100;  // another boot than that which wrote it
    give_key(bench);
    const std::vector<std::byte> file = golden(version);
    CHECK(!file.empty());
    bench.on.flash.install({{"queue.db", file}});
    STATUS_EQUAL(Status::ok, bench.on.start());
    LONGS_EQUAL(0, bench.queue().counters().files_set_aside);
    bench.send_all();
    for (std::uint64_t serial = 1; serial <= 83; ++serial) {
      CHECK(bench.hub.has(serial) == (serial > 40 && serial != 81));
    }
    LONGS_EQUAL(0, bench.hub.corrupt);
    const auto& readings = bench.hub.lanes.at({bench.stream(), wire::Lane::readings});
    LONGS_EQUAL(1, readings.gaps.size());  // what was reserved behind, and not used
  }
}

TEST(QueueGolden, a_sealed_file_without_its_key_tells_what_is_gone) {
  QueueBench bench;
  bench.on.boots = 100;
  bench.on.flash.install({{"queue.db", golden(kNewest)}});
  STATUS_EQUAL(Status::ok, bench.on.start());
  bench.send_all();
  LONGS_EQUAL(0, bench.hub.serials.size());
  LONGS_EQUAL(0, bench.hub.corrupt);
  CHECK(bench.queue().counters().frames_corrupt > 0);
}
