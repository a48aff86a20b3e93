// The hub's mirror: a gateway's documents on one side, workers and a store on the other.
#include "tools/hub/mirror/mirror.h"

#include <CppUTest/TestHarness.h>

#include <algorithm>
#include <array>
#include <thread>

#include "tests/hub/mirror_on_desk.h"
#include "tests/support/status_equal.h"

namespace hf::hub {
namespace {

using documents::Change;
using documents::Document;
using documents::DocumentView;
using documents::Part;
using documents::Value;
using test::desired;
using test::event_frame;
using test::kNow;
using test::kStream;
using test::message;

const documents::DocumentId kPump = test::kMirroredPump;

// A write at the site, as its gateway would say it; it knows of nothing.
std::string site_writes(std::string_view field, std::int64_t value, std::int64_t ms,
                        std::uint32_t origin = 10) {
  const auto blank = std::make_unique<Document>();
  const auto delta = std::make_unique<Document>();
  blank->begin(kPump);
  const Change change = desired(field, Value::integer(value));
  const documents::Signature by{.stamp = {ms, 0, {origin}}, .author = "anna"};
  HF_ASSERT(is_ok(documents::create(blank->view(), {&change, 1}, by, *delta)));
  return std::string{text_of(delta->view().bytes())};
}

std::string state_frame(std::uint64_t position, const std::string& delta) {
  return event_frame(wire::FrameKind::state, kStream, position, bytes_of(delta));
}

}  // namespace

TEST_GROUP_BASE(HubMirror, test::MirrorOnDesk){};

TEST(HubMirror, both_ends_edit_while_apart_and_end_alike_and_the_loser_can_be_restored) {
  Worker one(*sql, {.seed = 1});
  Worker two(*sql, {.seed = 2});
  const std::int64_t id = gateway(one);
  set("Anna's pump");
  now = now + seconds(2);
  const Change change = desired("name", Value::text("the hub's pump"));
  Mirror mirror(*sql, 3);
  STATUS_EQUAL(Status::ok, mirror.set(id, kPump, {&change, 1}, "ops", now));
  site.frames.clear();  // the link is cut
  site.compare();
  talk({&one, &two});
  CHECK(are_alike());
  STRCMP_EQUAL("the hub's pump", site.says(kPump, "name").c_str());

  const auto losses = mirror.table().losses(id, kPump);
  LONGS_EQUAL(1, losses.size());
  STRCMP_EQUAL("anna", losses[0].lost_author.c_str());
  STRCMP_EQUAL("ops", losses[0].won_author.c_str());
  STRCMP_EQUAL("Anna's pump", losses[0].value_bytes.c_str());
  STATUS_EQUAL(Status::ok, mirror.restore(id, losses[0].number, "ops", now + seconds(10)));
  talk({&one, &two});
  CHECK(are_alike());
  STRCMP_EQUAL("Anna's pump", site.says(kPump, "name").c_str());
}

TEST(HubMirror, a_gateway_that_begins_anew_gets_everything_back_and_so_does_a_hub) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  for (int number = 0; number < 40; ++number) {
    const std::string key = "pump-" + std::to_string(number);
    const documents::DocumentId pump{"equipment", key};
    const Change change = desired("name", Value::text(key));
    if (number % 2 == 0) {
      STATUS_EQUAL(Status::ok, Mirror(*sql, 5).set(id, pump, {&change, 1}, "ops", now));
    } else {
      set(key, pump);
    }
  }
  talk({&worker});
  CHECK(are_alike());
  LONGS_EQUAL(40, site.all.size());

  sql->query("DELETE FROM document");  // the store of yesterday, before all that
  site.push_all();
  talk({&worker});
  CHECK(are_alike());

  site.all.clear();  // a new card
  site.compare();
  talk({&worker});
  CHECK(are_alike());
}

TEST(HubMirror, a_worker_that_reaches_its_broker_begins_the_comparison) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  const Change change = desired("name", Value::text("Pump"));
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).set(id, kPump, {&change, 1}, "ops", now));
  sql->query("DELETE FROM errand");  // whoever carried it died
  talk({&worker}, 5);
  CHECK_FALSE(are_alike());
  worker.greet(now);
  talk({&worker});
  CHECK(are_alike());
  UNSIGNED_LONGS_EQUAL(1, worker.spoken().comparisons);
  worker.greet(now);  // and again at once
  talk({&worker}, 5);
  UNSIGNED_LONGS_EQUAL(1, worker.spoken().comparisons);
}

// R1
TEST(HubMirror, R1_a_worker_that_dies_at_any_statement_receipts_no_change_that_it_has_not_merged) {
  const int step = std::getenv("HOLDFAST_HUB_POSTGRES") == nullptr ? 1 : 7;
  for (int calls = 0;; calls += step) {
    test::StoreUnderTest one;
    const auto real = one.open();
    test::FailingSql failing(*real);
    failing.fail_after(calls);
    const std::string delta = site_writes("dead_band", 5, kNow.ms);
    try {
      Worker worker(failing, {});
      worker.take(message("state", state_frame(0, delta)));
      worker.commit(kNow);
    } catch (const Failure&) {
      real->reopen();
    }
    Archive archive(*real);
    const auto gateways = archive.gateways();
    const auto lanes = gateways.empty() ? std::vector<KnownLane>{} : archive.lanes(1);
    const bool is_received = !lanes.empty() && lanes[0].watermark == 1;
    CHECK_EQUAL(is_received, DocumentTable(*real).find(1, kPump) == delta);
    if (!failing.has_failed()) return;
  }
}

TEST(HubMirror, R2_R3_any_order_and_division_of_changes_leaves_the_same_bytes_and_a_whole_audit) {
  std::vector<std::string> deltas;
  for (std::uint32_t i = 0; i < 12; ++i) {
    deltas.push_back(site_writes(i % 2 == 0 ? "limit" : "scale", i, kNow.ms + i / 3, 10 + i % 4));
  }
  std::string expected;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    Random random(seed);
    test::StoreUnderTest one;
    std::vector<std::unique_ptr<Sql>> sqls;
    std::vector<std::unique_ptr<Worker>> workers;
    for (int i = 0; i < 3; ++i) {
      sqls.push_back(one.open());
      workers.push_back(std::make_unique<Worker>(*sqls.back(), WorkerSettings{.seed = seed}));
    }
    for (std::size_t i = deltas.size(); i > 1; --i) {
      std::swap(deltas[i - 1], deltas[random.below(i)]);
    }
    std::uint64_t position = 0;
    for (const std::string& delta : deltas) {
      for (std::uint64_t times = 1 + random.below(2); times > 0; --times) {
        Worker& worker = *workers[random.below(3)];
        worker.take(message("state", state_frame(position++, delta)));
        if (random.chance(1, 2)) worker.commit(kNow);
      }
    }
    for (auto& worker : workers) worker->commit(kNow);
    const std::string seed_text = "seed " + std::to_string(seed);
    DocumentTable table(*sqls[0]);
    const std::string bytes = table.find(1, kPump);
    if (expected.empty()) expected = bytes;
    CHECK_TRUE_TEXT(bytes == expected, seed_text.c_str());
    // Of twelve writes in two fields two stand; the others are in the audit, each once.
    UNSIGNED_LONGS_EQUAL_TEXT(10, table.losses(1).size(), seed_text.c_str());
  }
}

TEST(HubMirror, R2_writers_at_once_lose_no_value_without_a_word) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  constexpr int kWriters = 4;
  constexpr int kWrites = 15;
  std::array<int, kWriters> done{};
  std::vector<std::thread> threads;
  threads.reserve(kWriters);
  for (int writer = 0; writer < kWriters; ++writer) {
    threads.emplace_back([&, writer] {  // as so many command lines on so many machines
      const auto own = store.open();
      Mirror mirror(*own, static_cast<std::uint64_t>(writer));
      for (int i = 0; i < kWrites; ++i) {
        const std::string text = std::to_string(writer) + "-" + std::to_string(i);
        const Change change = desired("name", Value::text(text));
        if (is_ok(mirror.set(id, kPump, {&change, 1}, "ops", kNow))) ++done[writer];
      }
    });
  }
  for (std::thread& each : threads) each.join();
  for (const int count : done) LONGS_EQUAL(kWrites, count);
  LONGS_EQUAL(kWriters * kWrites - 1, DocumentTable(*sql).losses(id, kPump).size());
}

TEST(HubMirror, R4_a_write_from_the_future_is_kept_out_and_told) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  const std::int64_t tomorrow_ms = kNow.ms + days(1).ms;
  worker.take(message("state", state_frame(0, site_writes("limit", 9, tomorrow_ms))));
  worker.commit(kNow);
  CHECK(body().empty());
  worker.take(message("state", state_frame(1, site_writes("limit", 5, kNow.ms))));
  worker.commit(kNow);
  DocumentView document;
  const std::string bytes = body();
  STATUS_EQUAL(Status::ok, DocumentView::parse(bytes_of(bytes), document));
  CHECK(document.latest().ms == kNow.ms);
  DocumentTable table(*sql);
  const auto losses = table.losses(id);
  LONGS_EQUAL(1, losses.size());
  CHECK(losses[0].reason == documents::LossReason::ahead_of_time);
  worker.take(message("state", state_frame(2, site_writes("limit", 9, tomorrow_ms))));
  worker.commit(UtcTime{tomorrow_ms});
  const std::string later = body();
  STATUS_EQUAL(Status::ok, DocumentView::parse(bytes_of(later), document));
  CHECK(document.latest().ms == tomorrow_ms);
}

TEST(HubMirror, R5_what_a_gateway_reports_nobody_here_writes) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  const Change change{.field = {Part::reported, "status"}, .value = Value::text("online")};
  STATUS_EQUAL(Status::refused, Mirror(*sql, 5).set(id, kPump, {&change, 1}, "ops", kNow));
  CHECK(body().empty());
}

TEST(HubMirror, an_edit_that_the_gateway_refuses_is_rolled_back) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  const Change right = desired("status", Value::text("maintenance"));
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).set(id, kPump, {&right, 1}, "ops", now));
  talk({&worker});
  const Change wrong = desired("status", Value::text("dancing"));
  STATUS_EQUAL(Status::ok, Mirror(*sql, 6).set(id, kPump, {&wrong, 1}, "ops", now));
  talk({&worker});
  CHECK(are_alike());
  STRCMP_EQUAL("maintenance", site.says(kPump, "status").c_str());
}

TEST(HubMirror, two_wrong_values_do_not_come_back_in_turns_for_ever) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  for (const char* wrong : {"dancing", "singing"}) {
    const Change change = desired("status", Value::text(wrong));
    STATUS_EQUAL(Status::ok, Mirror(*sql, 6).set(id, kPump, {&change, 1}, "ops", now));
  }
  talk({&worker});
  CHECK(are_alike());
  STRCMP_EQUAL("", site.says(kPump, "status").c_str());
  const std::size_t losses = DocumentTable(*sql).losses(id).size();
  talk({&worker});
  UNSIGNED_LONGS_EQUAL(losses, DocumentTable(*sql).losses(id).size());
}

TEST(HubMirror, an_errand_waits_for_its_gateway_and_goes_until_the_broker_has_it) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  worker.take(message("health", R"({"v":1,"gateway":"g1","online":false})"));
  worker.commit(kNow);
  const Change change = desired("name", Value::text("Pump"));
  STATUS_EQUAL(Status::ok, Mirror(*sql, 5).set(id, kPump, {&change, 1}, "ops", kNow));
  CHECK(worker.messages(kNow).empty());
  worker.take(message("health", test::health_text("g1", false, {kStream})));
  worker.commit(kNow + seconds(1));
  LONGS_EQUAL(1, worker.messages(kNow + seconds(1)).size());
  CHECK(worker.messages(kNow + seconds(10)).empty());
  const auto again = worker.messages(kNow + seconds(22));
  LONGS_EQUAL(1, again.size());
  worker.delivered({&again[0].errand_id, 1});
  CHECK(worker.messages(kNow + seconds(60)).empty());
}

TEST(HubMirror, an_errand_that_nobody_could_deliver_is_let_go_after_its_last_moment) {
  Worker worker(*sql, {});
  const std::int64_t id = gateway(worker);
  DocumentTable(*sql).add({.gateway_id = id, .payload = "x", .expires = kNow + seconds(60)});
  CHECK(worker.messages(kNow + seconds(60)).empty());
  LONGS_EQUAL(0, sql->query("SELECT 1 FROM errand").size());
}

TEST(HubMirror, the_result_of_a_command_is_kept_once_and_what_is_none_is_counted) {
  Worker worker(*sql, {});
  gateway(worker);
  worker.take(message("command/result", R"({"v":1,"id":"c-1","result":{"ok":true}})"));
  worker.take(message("command/result", R"({"v":1,"id":"c-1","result":{"ok":false}})"));
  worker.take(message("command/result", R"({"v":1,"id":"../x","result":{}})"));
  worker.take(message("command/result", "\xFF"));
  worker.commit(kNow);
  const Rows rows = sql->query("SELECT result FROM command");
  LONGS_EQUAL(1, rows.size());
  STRCMP_EQUAL(R"({"v":1,"id":"c-1","result":{"ok":true}})", rows[0][0].text().c_str());
  UNSIGNED_LONGS_EQUAL(2, Archive(*sql).refusals().at("bad_result"));
}

TEST(HubMirror, frames_that_hold_no_document_are_kept_and_counted) {
  Worker worker(*sql, {});
  const std::string noise = "no document at all";
  worker.take(message("state", state_frame(0, noise)));
  worker.take(message("state", event_frame(wire::FrameKind::sync, kStream, 1, bytes_of(noise))));
  worker.commit(kNow);
  UNSIGNED_LONGS_EQUAL(2, worker.counts().kept.frames);
  UNSIGNED_LONGS_EQUAL(2, Archive(*sql).refusals().at("bad_document"));
}

TEST(HubMirror, no_more_documents_and_losses_are_kept_than_allowed) {
  KeeperLimits limits;
  limits.mirror = {.documents_max = 1, .losses_max = 3};
  Worker worker(*sql, {.limits = limits});
  const std::int64_t id = gateway(worker);
  for (std::uint32_t i = 0; i < 8; ++i) {
    worker.take(message("state", state_frame(i, site_writes("limit", i, kNow.ms + i))));
  }
  worker.commit(kNow);
  DocumentTable table(*sql);
  const auto losses = table.losses(id);
  LONGS_EQUAL(3, losses.size());
  UNSIGNED_LONGLONGS_EQUAL(7, losses.back().number);
  Mirror mirror(*sql, 5, limits.mirror);
  const Change change = desired("name", Value::text("Pump"));
  STATUS_EQUAL(Status::full, mirror.set(id, {"equipment", "pump-2"}, {&change, 1}, "ops", kNow));
}

}  // namespace hf::hub
