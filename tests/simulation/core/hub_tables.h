// The tables in which the hub's mirror keeps documents, in memory: what it asks of a database, for
// the statements that it uses. One that is not known here ends the run and is told, so that the
// mirror and this cannot part unnoticed.
//
// The real database is not used because a process has one SQLite, and here the core has it
// (docs/decisions/0004). What the statements mean is tested on both real ones (tests/hub).
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "tools/hub/storage/sql.h"

namespace hf::simulation {

class HubTables final : public hub::Sql {
 public:
  static constexpr std::int64_t kGateway = 1;  // the id of the only one there is

  // Errands wait while it is not.
  void set_online(bool is_online) { is_online_ = is_online; }
  std::size_t errands() const { return tables_.errands.size(); }

  hub::Rows query(const std::string& statement,
                  std::span<const hub::Parameter> parameters) override;
  using hub::Sql::query;
  void begin() override { before_ = tables_; }
  void begin_reading() override { begin(); }
  void commit() override { before_.reset(); }
  void rollback() noexcept override {
    if (before_) tables_ = *std::exchange(before_, {});
  }
  void run_script(const std::string& statements) override;
  void reopen() override {}
  std::string_view id_type() const override { return {}; }
  std::string_view blob_type() const override { return {}; }
  std::string_view row_lock() const override { return {}; }

 private:
  using Name = std::pair<std::string, std::string>;  // collection, key
  using Given = std::span<const hub::Parameter>;
  struct Grave {
    std::string stamp;
    std::int64_t held_ms = 0;
  };
  struct Loss {
    Name name;
    std::string identity;
    std::string record;
  };
  struct Errand {
    std::int64_t topic_class = 0;
    std::string payload;
    std::int64_t expires_ms = 0;
    std::int64_t taken_ms = 0;
  };
  struct Tables {
    std::map<Name, std::string> documents;
    std::map<Name, Grave> graves;
    std::map<std::int64_t, Loss> losses;  // by number
    std::set<std::string> identities;
    std::map<std::int64_t, Errand> errands;  // by id
    std::int64_t loss_count = 0;
    std::int64_t errand_count = 0;
    std::int64_t compared_ms = 0;
  };
  struct Statement;
  static const Statement kStatements[];

  hub::Rows nothing(Given given);
  hub::Rows find_document(Given given);
  hub::Rows count_documents(Given given);
  hub::Rows all_documents(Given given);
  hub::Rows put_document(Given given);
  hub::Rows erase_document(Given given);
  hub::Rows know_loss(Given given);
  hub::Rows count_loss(Given given);
  hub::Rows put_loss(Given given);
  hub::Rows erase_losses(Given given);
  hub::Rows losses_of(Given given);
  hub::Rows loss_of_number(Given given);
  hub::Rows begin_comparison(Given given);
  hub::Rows put_errand(Given given);
  hub::Rows any_errand(Given given);
  hub::Rows expire_errands(Given given);
  hub::Rows take_errands(Given given);
  hub::Rows erase_errand(Given given);
  hub::Rows erase_grave(Given given);
  hub::Rows put_grave(Given given);
  hub::Rows any_grave(Given given);
  hub::Rows take_graves(Given given);

  Tables tables_;
  std::optional<Tables> before_;
  bool is_online_ = false;
};

}  // namespace hf::simulation
