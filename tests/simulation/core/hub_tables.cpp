#include "tests/simulation/core/hub_tables.h"

#include <stdexcept>

#include "vocabulary/bytes.h"

namespace hf::simulation {
namespace {

using hub::Cell;
using hub::Parameter;
using hub::Row;
using hub::Rows;

std::int64_t number(const Parameter& parameter) { return std::get<std::int64_t>(parameter); }
std::string text(const Parameter& parameter) {
  if (const auto* words = std::get_if<std::string_view>(&parameter)) return std::string{*words};
  return std::string{text_of(std::get<hub::Blob>(parameter))};
}
std::pair<std::string, std::string> name(std::span<const Parameter> given) {
  return {text(given[1]), text(given[2])};
}

}  // namespace

struct HubTables::Statement {
  std::string_view begins;
  Rows (HubTables::*run)(Given given);
};

// The first one counts that a statement begins with.
// clang-format off
const HubTables::Statement HubTables::kStatements[] = {
    {"INSERT INTO mirror", &HubTables::nothing},
    {"SELECT losses FROM mirror", &HubTables::nothing},
    {"UPDATE mirror SET losses = losses + 1", &HubTables::count_loss},
    {"UPDATE mirror SET compared_ms = $1 WHERE gateway_id = $2", &HubTables::begin_comparison},
    {"SELECT body FROM document WHERE gateway_id = $1 AND", &HubTables::find_document},
    {"SELECT body FROM document WHERE gateway_id = $1", &HubTables::all_documents},
    {"SELECT count(*) FROM document", &HubTables::count_documents},
    {"INSERT INTO document (gateway_id, collection, name, changed_ms, body)", &HubTables::put_document},
    {"DELETE FROM document", &HubTables::erase_document},
    {"SELECT 1 FROM loss", &HubTables::know_loss},
    {"INSERT INTO loss (gateway_id, number, identity, collection, name, record)", &HubTables::put_loss},
    {"DELETE FROM loss WHERE gateway_id = $1 AND number <=", &HubTables::erase_losses},
    {"SELECT number, record FROM loss WHERE gateway_id = $1 AND number =", &HubTables::loss_of_number},
    {"SELECT number, record FROM loss WHERE gateway_id = $1 AND ($2 = ''", &HubTables::losses_of},
    {"INSERT INTO errand (gateway_id, class, payload, expires_ms)", &HubTables::put_errand},
    {"SELECT 1 FROM errand", &HubTables::any_errand},
    {"DELETE FROM errand WHERE expires_ms <= $1", &HubTables::expire_errands},
    {"UPDATE errand SET taken_ms = $1 WHERE taken_ms <= $2", &HubTables::take_errands},
    {"DELETE FROM errand WHERE errand_id = $1", &HubTables::erase_errand},
    {"DELETE FROM grave WHERE gateway_id = $1 AND collection", &HubTables::erase_grave},
    {"INSERT INTO grave (gateway_id, collection, name, stamp, held_ms)", &HubTables::put_grave},
    {"SELECT DISTINCT gateway_id FROM grave WHERE held_ms <= $1", &HubTables::any_grave},
    {"DELETE FROM grave WHERE gateway_id = $1 AND held_ms <= $2", &HubTables::take_graves},
};
// clang-format on

Rows HubTables::query(const std::string& statement, Given given) {
  for (const Statement& known : kStatements) {
    if (statement.starts_with(known.begins)) return (this->*known.run)(given);
  }
  throw std::logic_error("tests/simulation/core/hub_tables.cpp does not know: " + statement);
}

void HubTables::run_script(const std::string& statements) { query(statements); }

Rows HubTables::nothing(Given /*given*/) { return {}; }

// Documents.

Rows HubTables::find_document(Given given) {
  const auto found = tables_.documents.find(name(given));
  if (found == tables_.documents.end()) return {};
  return {{Cell(found->second)}};
}

Rows HubTables::count_documents(Given /*given*/) {
  return {{Cell(static_cast<std::int64_t>(tables_.documents.size()))}};
}

Rows HubTables::all_documents(Given /*given*/) {
  Rows rows;
  for (const auto& [name, body] : tables_.documents) rows.push_back({Cell(body)});
  return rows;
}

Rows HubTables::put_document(Given given) {
  tables_.documents[name(given)] = text(given[4]);
  return {};
}

Rows HubTables::erase_document(Given given) {
  tables_.documents.erase(name(given));
  return {};
}

// Losses.

Rows HubTables::know_loss(Given given) {
  if (!tables_.identities.contains(text(given[1]))) return {};
  return {{Cell(std::int64_t{1})}};
}

Rows HubTables::count_loss(Given /*given*/) { return {{Cell(++tables_.loss_count)}}; }

Rows HubTables::put_loss(Given given) {
  const Loss loss{.name = {text(given[3]), text(given[4])},
                  .identity = text(given[2]),
                  .record = text(given[5])};
  tables_.identities.insert(loss.identity);
  tables_.losses[number(given[1])] = loss;
  return {};
}

Rows HubTables::erase_losses(Given given) {
  while (!tables_.losses.empty() && tables_.losses.begin()->first <= number(given[1])) {
    tables_.identities.erase(tables_.losses.begin()->second.identity);
    tables_.losses.erase(tables_.losses.begin());
  }
  return {};
}

Rows HubTables::losses_of(Given given) {
  const auto& [collection, key] = name(given);
  Rows rows;
  for (const auto& [number, loss] : tables_.losses) {
    const bool is_of = (collection.empty() || loss.name.first == collection) &&
                       (key.empty() || loss.name.second == key);
    if (is_of) rows.push_back({Cell(number), Cell(loss.record)});
  }
  return rows;
}

Rows HubTables::loss_of_number(Given given) {
  const auto found = tables_.losses.find(number(given[1]));
  if (found == tables_.losses.end()) return {};
  return {{Cell(found->first), Cell(found->second.record)}};
}

Rows HubTables::begin_comparison(Given given) {
  const std::int64_t now = number(given[0]);
  const bool is_due = tables_.compared_ms <= number(given[2]) || tables_.compared_ms > now;
  if (!is_due) return {};
  tables_.compared_ms = now;
  return {{Cell(kGateway)}};
}

// Errands.

Rows HubTables::put_errand(Given given) {
  tables_.errands[++tables_.errand_count] = {
      .topic_class = number(given[1]), .payload = text(given[2]), .expires_ms = number(given[3])};
  return {};
}

Rows HubTables::any_errand(Given /*given*/) {
  if (tables_.errands.empty()) return {};
  return {{Cell(std::int64_t{1})}};
}

Rows HubTables::expire_errands(Given given) {
  std::erase_if(tables_.errands,
                [&](const auto& each) { return each.second.expires_ms <= number(given[0]); });
  return {};
}

Rows HubTables::take_errands(Given given) {
  Rows rows;
  if (!is_online_) return rows;
  for (auto& [id, errand] : tables_.errands) {
    if (errand.taken_ms > number(given[1])) continue;
    errand.taken_ms = number(given[0]);
    rows.push_back({Cell(id), Cell(kGateway), Cell(errand.topic_class), Cell(errand.payload),
                    Cell(errand.expires_ms)});
  }
  return rows;
}

Rows HubTables::erase_errand(Given given) {
  tables_.errands.erase(number(given[0]));
  return {};
}

// Graves.

Rows HubTables::erase_grave(Given given) {
  tables_.graves.erase(name(given));
  return {};
}

Rows HubTables::put_grave(Given given) {
  tables_.graves.try_emplace(name(given), Grave{text(given[3]), number(given[4])});
  return {};
}

Rows HubTables::any_grave(Given given) {
  for (const auto& [name, grave] : tables_.graves) {
    if (grave.held_ms <= number(given[0])) return {{Cell(kGateway)}};
  }
  return {};
}

Rows HubTables::take_graves(Given given) {
  Rows rows;
  for (auto each = tables_.graves.begin(); each != tables_.graves.end();) {
    if (each->second.held_ms > number(given[1])) {
      ++each;
      continue;
    }
    rows.push_back({Cell(each->first.first), Cell(each->first.second), Cell(each->second.stamp),
                    Cell(each->second.held_ms)});
    each = tables_.graves.erase(each);
  }
  return rows;
}

}  // namespace hf::simulation
