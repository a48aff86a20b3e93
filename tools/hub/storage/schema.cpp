#include "tools/hub/storage/schema.h"

#include <string_view>

namespace hf::hub {
namespace {

// {id} and {bytes} are what the database calls them.
constexpr std::string_view kTables = R"sql(
CREATE TABLE IF NOT EXISTS store (version BIGINT NOT NULL PRIMARY KEY);

CREATE TABLE IF NOT EXISTS gateway (
  gateway_id {id},
  tenant TEXT NOT NULL,
  name TEXT NOT NULL,
  first_seen_ms BIGINT NOT NULL,
  last_seen_ms BIGINT NOT NULL,
  is_online BIGINT NOT NULL DEFAULT 0,
  health TEXT,
  receipt_every_ms BIGINT NOT NULL,
  receipt_bytes BIGINT NOT NULL,
  receipted_ms BIGINT NOT NULL DEFAULT 0,
  UNIQUE (tenant, name));

CREATE TABLE IF NOT EXISTS lane (
  lane_id {id},
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  stream BIGINT NOT NULL,
  lane BIGINT NOT NULL,
  stream_order BIGINT NOT NULL DEFAULT 0,
  is_ended BIGINT NOT NULL DEFAULT 0,
  watermark BIGINT NOT NULL DEFAULT 0,
  through BIGINT NOT NULL DEFAULT 0,
  UNIQUE (gateway_id, stream, lane));

CREATE TABLE IF NOT EXISTS run (
  lane_id BIGINT NOT NULL REFERENCES lane,
  first_position BIGINT NOT NULL,
  end_position BIGINT NOT NULL,
  resolution BIGINT NOT NULL,
  reason BIGINT NOT NULL,
  PRIMARY KEY (lane_id, first_position));

CREATE TABLE IF NOT EXISTS frame (
  frame_id {id},
  lane_id BIGINT NOT NULL REFERENCES lane,
  position BIGINT NOT NULL,
  row_count BIGINT NOT NULL,
  kind BIGINT NOT NULL,
  boot BIGINT NOT NULL,
  roster BIGINT NOT NULL,
  first_ms BIGINT NOT NULL,
  last_ms BIGINT NOT NULL,
  readings BIGINT NOT NULL,
  received_ms BIGINT NOT NULL,
  counted {bytes},
  body {bytes} NOT NULL);
CREATE INDEX IF NOT EXISTS frame_by_position ON frame (lane_id, position);
CREATE INDEX IF NOT EXISTS frame_by_time ON frame (boot, last_ms);

CREATE TABLE IF NOT EXISTS boot (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  boot BIGINT NOT NULL,
  stream BIGINT NOT NULL,
  first_row BIGINT NOT NULL,
  first_event BIGINT NOT NULL,
  last_heard_ms BIGINT NOT NULL,
  PRIMARY KEY (gateway_id, boot));

CREATE TABLE IF NOT EXISTS anchor (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  boot BIGINT NOT NULL,
  uptime_ms BIGINT NOT NULL,
  utc_ms BIGINT NOT NULL,
  error_ms BIGINT NOT NULL,
  quality BIGINT NOT NULL,
  PRIMARY KEY (gateway_id, boot, uptime_ms));

CREATE TABLE IF NOT EXISTS sensor (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  roster BIGINT NOT NULL,
  sensor BIGINT NOT NULL,
  equipment TEXT NOT NULL,
  name TEXT NOT NULL,
  unit TEXT NOT NULL,
  decimals BIGINT NOT NULL,
  scale DOUBLE PRECISION NOT NULL,
  offset_by DOUBLE PRECISION NOT NULL,
  PRIMARY KEY (gateway_id, roster, sensor));

CREATE TABLE IF NOT EXISTS chain (
  gateway_id BIGINT NOT NULL PRIMARY KEY REFERENCES gateway,
  boot BIGINT NOT NULL,
  boot_before BIGINT NOT NULL DEFAULT 0,
  uptime_ms BIGINT NOT NULL,
  number BIGINT NOT NULL,
  digest TEXT NOT NULL,
  fault BIGINT NOT NULL DEFAULT 0,
  fault_from BIGINT NOT NULL DEFAULT 0,
  fault_to BIGINT NOT NULL DEFAULT 0,
  fault_ms BIGINT NOT NULL DEFAULT 0);

CREATE TABLE IF NOT EXISTS mirror (
  gateway_id BIGINT NOT NULL PRIMARY KEY REFERENCES gateway,
  losses BIGINT NOT NULL DEFAULT 0,
  compared_ms BIGINT NOT NULL DEFAULT 0);

CREATE TABLE IF NOT EXISTS document (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  changed_ms BIGINT NOT NULL,
  body {bytes} NOT NULL,
  PRIMARY KEY (gateway_id, collection, name));

CREATE TABLE IF NOT EXISTS grave (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  stamp TEXT NOT NULL,
  held_ms BIGINT NOT NULL,
  PRIMARY KEY (gateway_id, collection, name));

CREATE TABLE IF NOT EXISTS loss (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  number BIGINT NOT NULL,
  identity {bytes} NOT NULL,
  collection TEXT NOT NULL,
  name TEXT NOT NULL,
  record {bytes} NOT NULL,
  PRIMARY KEY (gateway_id, number),
  UNIQUE (gateway_id, identity));

CREATE TABLE IF NOT EXISTS command (
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  name TEXT NOT NULL,
  request TEXT,
  asked_ms BIGINT,
  expires_ms BIGINT,
  result TEXT,
  result_ms BIGINT,
  PRIMARY KEY (gateway_id, name));

CREATE TABLE IF NOT EXISTS errand (
  errand_id {id},
  gateway_id BIGINT NOT NULL REFERENCES gateway,
  class BIGINT NOT NULL,
  payload {bytes} NOT NULL,
  expires_ms BIGINT NOT NULL,
  taken_ms BIGINT NOT NULL DEFAULT 0);

CREATE TABLE IF NOT EXISTS let_go (
  lane_id BIGINT NOT NULL REFERENCES lane,
  first_position BIGINT NOT NULL,
  end_position BIGINT NOT NULL,
  resolution BIGINT NOT NULL,
  PRIMARY KEY (lane_id, first_position));

CREATE TABLE IF NOT EXISTS let_go_sum (
  lane_id BIGINT NOT NULL PRIMARY KEY REFERENCES lane,
  frames BIGINT NOT NULL,
  bytes BIGINT NOT NULL,
  readings BIGINT NOT NULL,
  newest_ms BIGINT NOT NULL);

CREATE TABLE IF NOT EXISTS refusal (
  reason TEXT NOT NULL PRIMARY KEY,
  times BIGINT NOT NULL,
  last_ms BIGINT NOT NULL);
)sql";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size()) {
    text.replace(at, from.size(), to);
  }
}

}  // namespace

void prepare_schema(Sql& sql) {
  std::string script{kTables};
  replace_all(script, "{id}", sql.id_type());
  replace_all(script, "{bytes}", sql.blob_type());
  // Two workers that make the same table at once: one of them is told so, and finds it made.
  for (int attempts_left = 5;; --attempts_left) {
    try {
      sql.run_script(script);
      break;
    } catch (const Failure&) {
      if (attempts_left == 0) throw;
    }
  }
  sql.query(
      "INSERT INTO store (version) SELECT CAST($1 AS BIGINT) WHERE NOT EXISTS"
      " (SELECT 1 FROM store WHERE version >= $1) ON CONFLICT DO NOTHING",
      {kSchemaVersion});
  const Rows rows = sql.query("SELECT max(version) FROM store");
  if (rows.at(0).at(0).number() > kSchemaVersion) {
    throw Failure("the store was made by a younger holdfast-hub: use that one");
  }
}

}  // namespace hf::hub
