#include "tools/benches/flash/naive.h"

#include <array>
#include <bit>

#include "files/database/database.h"
#include "files/database/statement.h"
#include "files/database/transaction.h"
#include "tools/benches/flash/queue_memory.h"

namespace hf::bench {
namespace {

constexpr std::array kSchema{files::Migration{
    .version = 1,
    .sql = "CREATE TABLE reading (id INTEGER PRIMARY KEY, sensor INTEGER, ts INTEGER, value);"
           "CREATE INDEX reading_by_sensor ON reading (sensor, ts);"}};
constexpr std::uint32_t kLogPagesMax = 1000;  // as SQLite has it by itself

Status keep_scan(files::Database& database, files::Statement& insert, const Feed& feed,
                 const Scan& scan) {
  files::Transaction transaction(database);
  HF_TRY(transaction.begin());
  for (const stores::telemetry::ScanValue& reading : feed.values_of(scan)) {
    HF_TRY(insert.bind(1, reading.sensor.value)
               .bind(2, scan.at.ms)
               .bind(3, std::bit_cast<std::int64_t>(reading.value))  // as long as a real
               .run());
  }
  HF_TRY(transaction.commit());
  return database.log_pages() >= kLogPagesMax ? database.checkpoint() : Status::ok;
}

}  // namespace

NaiveFigures keep_naively(const Feed& feed, Duration span, CountingFlash& flash,
                          const std::function<void(Uptime)>& every_second) {
  NaiveFigures figures;
  QueueRoom room;
  files::Engine engine(room.engine(), flash, 1);
  files::Database database(engine);
  files::Statement insert;
  const files::DatabaseSettings settings{.file = "naive.db",
                                         .application_id = 1,
                                         .file_bytes_max = 2ULL << 30,
                                         .log_bytes_kept = kLogPagesMax * kFlashBlockBytes,
                                         .cache_pages = limits::kBoard.queue_cache_pages};
  if (!is_ok(engine.start()) || !is_ok(database.open(settings, kSchema)) ||
      !is_ok(insert.prepare(database,
                            "INSERT INTO reading (sensor, ts, value) "
                            "VALUES (?1, ?2, ?3)"))) {
    return figures;
  }
  flash.forget();
  const Uptime until = feed.scans.front().at + span;
  for (const Scan& scan : feed.scans) {
    if (scan.at >= until || !is_ok(keep_scan(database, insert, feed, scan))) break;
    figures.readings += scan.count;
    figures.hours += 1.0 / 3600;
    every_second(scan.at);
  }
  figures.use = flash.use();
  insert.finish();
  // Without the log, which weighs much in a short span and nothing in a long one.
  if (is_ok(database.checkpoint())) {
    const auto pages = database.page_use();
    if (pages.ok()) figures.bytes_held = std::uint64_t{pages.value().pages} * files::kPageBytesMax;
  }
  return figures;
}

}  // namespace hf::bench
