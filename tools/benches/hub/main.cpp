// How fast a hub stores. `./tools/bench hub --help` tells how it is asked for.
//
// The real worker, without a broker: messages are in memory, and the clock stops when the last
// batch is durable and its receipts are written. Batches are as large as the running hub's.
#include <chrono>
#include <filesystem>
#include <iostream>

#include "tools/benches/feed/feed_wishes.h"
#include "tools/benches/wire/frames_of_feed.h"
#include "tools/hub/proof/proof.h"
#include "tools/hub/serving/worker.h"
#include "tools/hub/storage/schema.h"

namespace {

using namespace hf;

constexpr std::size_t kBatchBytes = 4U << 20;  // as tools/hub/commands/run.cpp
constexpr std::size_t kBatchMessages = 500;    // as many as come in its 100 ms at 5,000 a second

struct Measured {
  double readings_per_second = 0;
  double frames_per_second = 0;
  std::uint64_t readings = 0;
  double bytes_per_reading = 0;  // of a file; zero: not known
  bool is_complete = false;
};

struct HubWishes {
  std::string store;
  std::uint32_t gateways = 10;
  std::string rate_key = "readings_per_second";
};

std::vector<hub::Message> messages_of(const std::vector<std::string>& frames,
                                      std::uint32_t gateways) {
  std::vector<hub::Message> messages;
  for (const std::string& frame : frames) {
    for (std::uint32_t i = 0; i < gateways; ++i) {
      messages.push_back({"holdfast/v1/default/g" + std::to_string(i) + "/frames",
                          bench::moved_to(frame, bench::kBenchStream + i)});
    }
  }
  return messages;
}

Measured measure(const std::vector<hub::Message>& messages, const std::string& store) {
  const auto sql = hub::open_sql(store);
  hub::prepare_schema(*sql);
  hub::Worker worker(*sql, {});
  UtcTime now{1'763'600'000'000};
  const auto begun = std::chrono::steady_clock::now();
  std::size_t bytes = 0;
  std::size_t count = 0;
  const auto commit = [&] {
    worker.commit(now);
    static_cast<void>(worker.receipts(now));
    now = now + milliseconds(100);
    bytes = count = 0;
  };
  for (const hub::Message& message : messages) {
    worker.take(message);
    bytes += message.payload.size();
    if (bytes >= kBatchBytes || ++count >= kBatchMessages) commit();
  }
  commit();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  hub::Archive archive(*sql);
  hub::Findings found;
  for (const auto& each : archive.gateways()) found.add(hub::Proof(archive).of_gateway(each.id));
  return {static_cast<double>(found.readings) / seconds,
          static_cast<double>(messages.size()) / seconds, found.readings, 0, found.is_complete()};
}

void clear(const std::string& store) {
  if (!store.starts_with("postgres")) {
    for (const char* const end : {"", "-wal", "-shm"}) std::filesystem::remove(store + end);
    return;
  }
  const auto sql = hub::open_sql(store);
  sql->run_script("DROP SCHEMA public CASCADE; CREATE SCHEMA public;");
}

}  // namespace

int main(int count, char** words) {
  HubWishes hub_wishes;
  const bench::FeedWishes wishes = bench::read_wishes(
      count, words,
      {{"--store", [&](auto value) { hub_wishes.store = value; }},
       {"--gateways",
        [&](auto value) { hub_wishes.gateways = bench::number_in<std::uint32_t>(value); }}});
  if (hub_wishes.store.empty()) bench::refuse("no --store");
  const bench::Feed feed = bench::feed_of(wishes);
  const bool is_postgres = hub_wishes.store.starts_with("postgres");
  bool is_complete = true;
  std::string json;
  for (const int period_s : {1, 10, 60, 600}) {
    const auto messages =
        messages_of(bench::frames_of(feed, seconds(period_s)), hub_wishes.gateways);
    clear(hub_wishes.store);
    Measured measured = measure(messages, hub_wishes.store);
    if (!is_postgres) {
      measured.bytes_per_reading =
          static_cast<double>(std::filesystem::file_size(hub_wishes.store)) /
          static_cast<double>(measured.readings);
    }
    is_complete = is_complete && measured.is_complete;
    const auto rounded = [](double number) {
      return std::to_string(static_cast<long long>(number));
    };
    if (wishes.json) {
      json += (json.empty() ? "{\"" : ",\"") + std::to_string(period_s) +
              "\":{\"readings_per_second\":" + rounded(measured.readings_per_second) +
              ",\"frames_per_second\":" + rounded(measured.frames_per_second) +
              ",\"readings\":" + std::to_string(measured.readings) +
              ",\"bytes_per_reading\":" + std::to_string(measured.bytes_per_reading) + "}";
    } else {
      std::cout << "  frames of " << period_s << " s: " << rounded(measured.readings_per_second)
                << " readings/s, " << rounded(measured.frames_per_second) << " frames/s";
      if (!is_postgres)
        std::cout << ", " << measured.bytes_per_reading << " bytes a reading stored";
      std::cout << (measured.is_complete ? "\n" : "  NOT COMPLETE\n");
    }
  }
  clear(hub_wishes.store);
  if (wishes.json) std::cout << json << "}\n";
  return is_complete ? 0 : 1;
}
