#include "tools/hub/mirror/document_table.h"

#include <algorithm>

#include "documents/audit_record.h"
#include "vocabulary/bytes.h"

namespace hf::hub {
namespace {

using documents::AuditEntry;
using documents::DocumentId;
using documents::DocumentView;

bool read(const Row& row, AuditEntry& entry) {
  if (!is_ok(documents::read_audit_record(row.at(1).blob(), entry))) return false;
  entry.number = row.at(0).bits();
  return true;
}

}  // namespace

Lost lost_of(const documents::Loss& loss, UtcTime now) {
  Lost lost;
  documents::AuditRing({&lost.entry, 1}).keep(loss, now);
  lost.identity.assign(loss.id.collection).append("/").append(loss.id.key).append("/");
  lost.identity.push_back(static_cast<char>(loss.field.part));
  lost.identity.append(loss.field.text).append("/").append(text_of(loss.lost.bytes));
  return lost;
}

void DocumentTable::begin(std::int64_t gateway_id) {
  sql_.query("INSERT INTO mirror (gateway_id) VALUES ($1) ON CONFLICT (gateway_id) DO NOTHING",
             {gateway_id});
}

void DocumentTable::lock(std::int64_t gateway_id) {
  begin(gateway_id);
  sql_.query("SELECT losses FROM mirror WHERE gateway_id = $1" + std::string{sql_.row_lock()},
             {gateway_id});
}

std::string DocumentTable::find(std::int64_t gateway_id, const DocumentId& id) {
  const Rows rows = sql_.query(
      "SELECT body FROM document WHERE gateway_id = $1 AND collection = $2 AND name = $3",
      {gateway_id, id.collection, id.key});
  if (rows.empty()) return {};
  DocumentView document;
  const bool is_sound =
      is_ok(DocumentView::parse(rows.front().at(0).blob(), document)) && document.id() == id;
  return is_sound ? rows.front().at(0).text() : std::string{};
}

std::uint64_t DocumentTable::count(std::int64_t gateway_id) {
  return sql_.query("SELECT count(*) FROM document WHERE gateway_id = $1", {gateway_id})
      .at(0)
      .at(0)
      .bits();
}

void DocumentTable::put(std::int64_t gateway_id, const DocumentView& document, UtcTime now) {
  sql_.query(
      "INSERT INTO document (gateway_id, collection, name, changed_ms, body)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (gateway_id, collection, name) DO UPDATE SET"
      " changed_ms = excluded.changed_ms, body = excluded.body",
      {gateway_id, document.id().collection, document.id().key, now.ms, Blob{document.bytes()}});
}

void DocumentTable::erase(std::int64_t gateway_id, const DocumentId& id) {
  sql_.query("DELETE FROM document WHERE gateway_id = $1 AND collection = $2 AND name = $3",
             {gateway_id, id.collection, id.key});
}

MirroredSet DocumentTable::all_of(std::int64_t gateway_id) {
  MirroredSet all;
  const Rows rows = sql_.query("SELECT body FROM document WHERE gateway_id = $1", {gateway_id});
  for (const Row& row : rows) all.add(row.at(0).text());
  all.sort();
  return all;
}

void DocumentTable::keep(std::int64_t gateway_id, Lost lost, std::uint64_t most) {
  const Blob identity{bytes_of(lost.identity)};
  const Rows known = sql_.query("SELECT 1 FROM loss WHERE gateway_id = $1 AND identity = $2",
                                {gateway_id, identity});
  if (!known.empty()) return;
  const Rows rows = sql_.query(
      "UPDATE mirror SET losses = losses + 1 WHERE gateway_id = $1 RETURNING losses", {gateway_id});
  const std::uint64_t number = rows.at(0).at(0).bits();
  lost.entry.number = number;
  std::array<std::byte, documents::kAuditRecordBytesMax> record;
  sql_.query(
      "INSERT INTO loss (gateway_id, number, identity, collection, name, record)"
      " VALUES ($1, $2, $3, $4, $5, $6)",
      {gateway_id, as_parameter(number), identity, lost.entry.collection.view(),
       lost.entry.key.view(), Blob{documents::write_audit_record(lost.entry, record)}});
  if (number <= most) return;
  sql_.query("DELETE FROM loss WHERE gateway_id = $1 AND number <= $2",
             {gateway_id, as_parameter(number - most)});
}

std::vector<AuditEntry> DocumentTable::losses(std::int64_t gateway_id, const DocumentId& id) {
  const Rows rows = sql_.query(
      "SELECT number, record FROM loss WHERE gateway_id = $1 AND ($2 = '' OR collection = $2)"
      " AND ($3 = '' OR name = $3) ORDER BY number",
      {gateway_id, id.collection, id.key});
  std::vector<AuditEntry> losses;
  for (const Row& row : rows) {
    AuditEntry entry;
    if (read(row, entry)) losses.push_back(entry);
  }
  return losses;
}

std::optional<AuditEntry> DocumentTable::loss(std::int64_t gateway_id, std::uint64_t number) {
  const Rows rows =
      sql_.query("SELECT number, record FROM loss WHERE gateway_id = $1 AND number = $2",
                 {gateway_id, as_parameter(number)});
  AuditEntry entry;
  if (rows.empty() || !read(rows.front(), entry)) return {};
  return entry;
}

bool DocumentTable::begin_comparison(std::int64_t gateway_id, UtcTime since, UtcTime now) {
  begin(gateway_id);
  const Rows rows = sql_.query(
      "UPDATE mirror SET compared_ms = $1 WHERE gateway_id = $2 AND"
      " (compared_ms <= $3 OR compared_ms > $1) RETURNING gateway_id",
      {now.ms, gateway_id, since.ms});
  return !rows.empty();
}

bool DocumentTable::ask(const AskedCommand& command, std::int64_t gateway_id, UtcTime expires,
                        UtcTime now) {
  Transaction transaction(sql_);
  const Rows rows = sql_.query(
      "INSERT INTO command (gateway_id, name, request, asked_ms, expires_ms)"
      " VALUES ($1, $2, $3, $4, $5) ON CONFLICT (gateway_id, name) DO NOTHING RETURNING name",
      {gateway_id, command.id, command.request, now.ms, expires.ms});
  if (rows.empty()) return false;
  add({.gateway_id = gateway_id,
       .topic_class = wire::TopicClass::command,
       .payload = std::string{command.request},
       .expires = expires});
  transaction.commit();
  return true;
}

std::string DocumentTable::result_of(std::int64_t gateway_id, std::string_view command_id) {
  const Rows rows = sql_.query("SELECT result FROM command WHERE gateway_id = $1 AND name = $2",
                               {gateway_id, command_id});
  return rows.empty() ? std::string{} : rows.front().at(0).text();
}

void DocumentTable::add(const Errand& errand) {
  sql_.query("INSERT INTO errand (gateway_id, class, payload, expires_ms) VALUES ($1, $2, $3, $4)",
             {errand.gateway_id, static_cast<std::int64_t>(errand.topic_class),
              Blob{bytes_of(errand.payload)}, errand.expires.ms});
}

// The condition stands in the outer statement too: who waited for another worker's row looks again.
std::vector<Errand> DocumentTable::take_errands(UtcTime since, UtcTime now) {
  if (sql_.query("SELECT 1 FROM errand LIMIT 1").empty()) return {};
  sql_.query("DELETE FROM errand WHERE expires_ms <= $1", {now.ms});
  const Rows rows = sql_.query(
      "UPDATE errand SET taken_ms = $1 WHERE taken_ms <= $2 AND errand_id IN"
      " (SELECT errand_id FROM errand JOIN gateway ON gateway.gateway_id = errand.gateway_id"
      " WHERE is_online = 1 AND taken_ms <= $2 ORDER BY errand_id LIMIT 100)"
      " RETURNING errand_id, gateway_id, class, payload, expires_ms",
      {now.ms, since.ms});
  std::vector<Errand> errands;
  for (const Row& row : rows) {
    errands.push_back({.id = row.at(0).number(),
                       .gateway_id = row.at(1).number(),
                       .topic_class = static_cast<wire::TopicClass>(row.at(2).number()),
                       .payload = row.at(3).text(),
                       .expires = {row.at(4).number()}});
  }
  std::ranges::sort(errands, {}, &Errand::id);
  return errands;
}

void DocumentTable::done(std::span<const std::int64_t> errand_ids) {
  for (const std::int64_t id : errand_ids) {
    sql_.query("DELETE FROM errand WHERE errand_id = $1", {id});
  }
}

}  // namespace hf::hub
