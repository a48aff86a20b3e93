// Queue files of every version that was ever released open with today's code, and hold what they
// held. HOLDFAST_RENEW_GOLDEN=1 in the environment writes the file of today's version anew: only
// before that version is released.
#include <cstdlib>
#include <fstream>

#include "tests/unit/stores/offline_queue/queue_bench.h"

using namespace hf;
using namespace hf::stores;
using hf::test::QueueBench;

namespace {

std::string path_of(int version) {
  return std::string(HOLDFAST_GOLDEN_DIR) + "/queue/version_" + std::to_string(version) + ".db";
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

void renew(int version) {
  QueueBench bench;
  bench.on.settings.log_pages_max = 1;  // everything into the file itself
  STATUS_EQUAL(Status::ok, bench.on.start());
  make_life(bench);
  bench.on.end();
  const std::vector<std::byte> bytes = bench.on.flash.image().at("queue.db");
  std::ofstream(path_of(version), std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
}

std::vector<std::byte> golden(int version) {
  std::ifstream file(path_of(version), std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto bytes = bytes_of(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_GROUP(QueueGolden){};

TEST(QueueGolden, a_file_of_version_1_opens_and_sends_what_upstream_lacks) {
  if (std::getenv("HOLDFAST_RENEW_GOLDEN") != nullptr) renew(1);
  QueueBench bench;
  bench.on.boots = 100;  // another boot than that which wrote it
  const std::vector<std::byte> file = golden(1);
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
