// PostgreSQL: one database, any number of workers on any number of machines.
//
// Parameters and answers pass as text, which libpqxx 6 does without a type for each; bytes are hex
// on that way. What that costs is a memory copy at the rates of a fleet.
#include <array>
#include <charconv>
#include <pqxx/pqxx>
#include <unordered_map>

#include "tools/hub/storage/sql.h"

namespace hf::hub {
namespace {

// Types as PostgreSQL numbers them in its catalogue, which never changes.
constexpr pqxx::oid kBytea = 17;
constexpr pqxx::oid kBigint = 20;
constexpr pqxx::oid kInteger = 23;
constexpr pqxx::oid kDouble = 701;

std::string hex_of(Blob bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  text.reserve(2 + 2 * bytes.size());
  for (const std::byte each : bytes) {
    const auto byte = std::to_integer<unsigned>(each);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 15]);
  }
  return text;
}

unsigned digit_of(char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); }

std::string bytes_of_hex(std::string_view text) {
  std::string bytes;
  text.remove_prefix(std::min<std::size_t>(2, text.size()));  // \x
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i + 1 < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(digit_of(text[i]) << 4 | digit_of(text[i + 1])));
  }
  return bytes;
}

template <typename Number>
Number number_of(std::string_view text) {
  Number number{};
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// Keeps to one rule: what throws here leaves as a Failure or a Conflict.
template <typename Work>
auto guarded(Work work) {
  try {
    return work();
  } catch (const pqxx::transaction_rollback& failure) {
    throw Conflict(failure.what());
  } catch (const pqxx::pqxx_exception& failure) {
    throw Failure(failure.base().what());
  }
}

class Postgres final : public Sql {
 public:
  explicit Postgres(std::string url) : url_(std::move(url)) { reopen(); }
  ~Postgres() override { rollback(); }
  Postgres(const Postgres&) = delete;
  Postgres& operator=(const Postgres&) = delete;

  using Sql::query;
  Rows query(const std::string& statement, std::span<const Parameter> parameters) override {
    return guarded([&] {
      const std::string& name = prepare(statement);
      const std::vector<std::string> texts = texts_of(parameters);
      std::vector<const char*> views;
      for (std::size_t i = 0; i < texts.size(); ++i) {
        const bool is_null = std::holds_alternative<std::monostate>(parameters[i]);
        views.push_back(is_null ? nullptr : texts[i].c_str());
      }
      const auto dynamic = pqxx::prepare::make_dynamic_params(views);
      if (work_ != nullptr) return rows_of(work_->exec_prepared(name, dynamic));
      pqxx::nontransaction alone(*connection_);
      return rows_of(alone.exec_prepared(name, dynamic));
    });
  }

  void begin() override {
    guarded([&] { work_ = std::make_unique<pqxx::work>(*connection_); });
  }
  void begin_reading() override {
    using OfOneMoment = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;
    guarded([&] { work_ = std::make_unique<OfOneMoment>(*connection_); });
  }
  void commit() override {
    guarded([&] {
      work_->commit();
      work_.reset();
    });
  }
  void rollback() noexcept override {
    try {
      work_.reset();
    } catch (const std::exception&) {  // the way is gone; so is the transaction
    }
  }
  void run_script(const std::string& statements) override {
    guarded([&] {
      pqxx::nontransaction alone(*connection_);
      alone.exec(statements);
    });
  }
  void reopen() override {
    rollback();
    names_.clear();
    guarded([&] {
      connection_.reset();
      connection_ = std::make_unique<pqxx::connection>(url_);
      connection_->set_client_encoding("UTF8");
      pqxx::nontransaction alone(*connection_);
      alone.exec("SET client_min_messages = warning");
    });
  }

  std::string_view id_type() const override {
    return "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";
  }
  std::string_view blob_type() const override { return "BYTEA"; }
  std::string_view row_lock() const override { return " FOR UPDATE"; }

 private:
  const std::string& prepare(const std::string& statement) {
    const auto known = names_.find(statement);
    if (known != names_.end()) return known->second;
    const std::string name = "s" + std::to_string(names_.size());
    connection_->prepare(name, statement);
    return names_.emplace(statement, name).first->second;
  }

  static std::vector<std::string> texts_of(std::span<const Parameter> parameters) {
    struct Text {
      std::string operator()(std::monostate) const { return {}; }
      std::string operator()(std::int64_t number) const { return std::to_string(number); }
      std::string operator()(double number) const {
        std::array<char, 32> text;
        const auto end = std::to_chars(text.begin(), text.end(), number);
        return {text.begin(), end.ptr};
      }
      std::string operator()(std::string_view text) const { return std::string{text}; }
      std::string operator()(Blob bytes) const { return hex_of(bytes); }
    };
    std::vector<std::string> texts;
    texts.reserve(parameters.size());
    for (const Parameter& each : parameters) texts.push_back(std::visit(Text{}, each));
    return texts;
  }

  static Rows rows_of(const pqxx::result& result) {
    Rows rows;
    rows.reserve(result.size());
    for (const pqxx::row& each : result) {
      Row row;
      row.reserve(each.size());
      for (const pqxx::field& field : each) {
        const std::string_view text{field.c_str(), field.size()};
        if (field.is_null()) {
          row.emplace_back();
        } else if (field.type() == kBigint || field.type() == kInteger) {
          row.emplace_back(number_of<std::int64_t>(text));
        } else if (field.type() == kDouble) {
          row.emplace_back(number_of<double>(text));
        } else if (field.type() == kBytea) {
          row.emplace_back(bytes_of_hex(text));
        } else {
          row.emplace_back(std::string{text});
        }
      }
      rows.push_back(std::move(row));
    }
    return rows;
  }

  std::string url_;
  std::unique_ptr<pqxx::connection> connection_;
  std::unique_ptr<pqxx::dbtransaction> work_;
  std::unordered_map<std::string, std::string> names_;  // of prepared statements, by their text
};

}  // namespace

std::unique_ptr<Sql> open_postgres(const std::string& url) {
  return std::make_unique<Postgres>(url);
}

}  // namespace hf::hub
