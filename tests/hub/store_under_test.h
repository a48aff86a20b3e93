// A fresh store for one test: SQLite in a folder of its own, or a schema of its own in the
// PostgreSQL that HOLDFAST_HUB_POSTGRES names. And one whose n-th statement fails.
#pragma once

#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <memory>
#include <string>

#include "tests/support/temporary_folder.h"
#include "tools/hub/storage/schema.h"
#include "tools/hub/storage/sql.h"

namespace hf::test {

class StoreUnderTest {
 public:
  StoreUnderTest() {
    const char* const server = std::getenv("HOLDFAST_HUB_POSTGRES");
    if (server == nullptr) {
      where_ = folder_ / "hub.db";
      return;
    }
    static int count = 0;
    const std::string schema = "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
    hub::open_sql(server)->run_script("CREATE SCHEMA " + schema);
    where_ = std::string{server} + "&options=-csearch_path%3D" + schema;
  }

  const std::string& where() const { return where_; }
  std::unique_ptr<hub::Sql> open() const {
    auto sql = hub::open_sql(where_);
    hub::prepare_schema(*sql);
    return sql;
  }

 private:
  TemporaryFolder folder_;
  std::string where_;
};

// Passes on, until it fails for good: as a worker that is killed, or a database that is gone.
class FailingSql final : public hub::Sql {
 public:
  explicit FailingSql(hub::Sql& real) : real_(real) {}

  // The next so many calls pass.
  void fail_after(int calls) { left_ = calls; }
  bool has_failed() const { return left_ < 0; }

  using Sql::query;
  hub::Rows query(const std::string& statement,
                  std::span<const hub::Parameter> parameters) override {
    step();
    return real_.query(statement, parameters);
  }
  void begin() override {
    step();
    real_.begin();
  }
  void begin_reading() override {
    step();
    real_.begin_reading();
  }
  void commit() override {
    step();
    real_.commit();
    step();  // committed, and nobody hears of it
  }
  void rollback() noexcept override { real_.rollback(); }
  void run_script(const std::string& statements) override { real_.run_script(statements); }
  void reopen() override { real_.reopen(); }
  std::string_view id_type() const override { return real_.id_type(); }
  std::string_view blob_type() const override { return real_.blob_type(); }
  std::string_view row_lock() const override { return real_.row_lock(); }

 private:
  void step() {
    if (left_ < 0 || left_-- == 0) throw hub::Failure("planned");
  }

  hub::Sql& real_;
  int left_ = INT_MAX;
};

}  // namespace hf::test
