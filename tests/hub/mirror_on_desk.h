// A hub's mirror on a desk: workers and a store here, a gateway's documents there, and what both
// say to each other.
#pragma once

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <string>
#include <vector>

#include "tests/hub/sent_frames.h"
#include "tests/hub/site_on_desk.h"
#include "tests/hub/store_under_test.h"
#include "tools/hub/mirror/mirror.h"
#include "tools/hub/serving/worker.h"

namespace hf::test {

inline constexpr std::uint64_t kStream = 0xABCDEF0123456789;
inline constexpr UtcTime kNow{1'763'600'000'000};
inline const documents::DocumentId kMirroredPump{.collection = "equipment", .key = "pump-1"};

inline hub::Message message(std::string_view word, std::string payload) {
  return {"holdfast/v1/default/g1/" + std::string{word}, std::move(payload)};
}

inline documents::Change desired(std::string_view field, const documents::Value& value) {
  return {.field = {documents::Part::desired, field}, .value = value};
}

struct MirrorOnDesk : Utest {
  StoreUnderTest store;
  std::unique_ptr<hub::Sql> sql = store.open();
  SiteOnDesk site{kStream};
  UtcTime now = kNow;

  std::int64_t gateway(hub::Worker& worker) {
    worker.take(message("health", health_text("g1", false, {kStream})));
    worker.commit(kNow);
    return hub::Archive(*sql).gateways().at(0).id;
  }
  void set(std::string_view text, const documents::DocumentId& id = kMirroredPump) {
    site.set(id, "name", documents::Value::text(text), now.ms);
  }

  // Both talk until nobody has anything more to say. Which worker hears what is chance.
  void talk(const std::vector<hub::Worker*>& workers, int turns = 20) {
    Random random(7);
    for (int turn = 0; turn < turns; ++turn) {
      now = now + seconds(1);
      for (; !site.frames.empty(); site.frames.pop_front()) {
        workers[random.below(workers.size())]->take(message("state", site.frames.front()));
      }
      for (hub::Worker* worker : workers) {
        worker->commit(now);
        for (const hub::Outgoing& each : worker->messages(now)) {
          STRCMP_EQUAL("holdfast/v1/default/g1/state/down", each.topic.c_str());
          site.hear(each.payload);
          if (each.errand_id != 0) worker->delivered({&each.errand_id, 1});
        }
      }
    }
  }
  bool are_alike() const {
    const hub::MirroredSet all = hub::DocumentTable(*sql).all_of(1);
    if (all.count() != site.all.size()) return false;
    std::uint32_t place = 0;
    return std::ranges::all_of(site.all, [&](const auto& each) {
      return each.second == text_of(all.at(place++).bytes());
    });
  }
  std::string body() const { return hub::DocumentTable(*sql).find(1, kMirroredPump); }
};

}  // namespace hf::test
