-- Version 1 of the queue file. docs/formats/queue.md explains each column; versions are never edited.

-- One row, so that all that changes with every commit stands on one page.
CREATE TABLE ledger (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  journal_kept_through INTEGER NOT NULL,
  bytes_written INTEGER NOT NULL,
  running_ms INTEGER NOT NULL,
  short_boots INTEGER NOT NULL,
  salvaging INTEGER NOT NULL,
  readings_frames INTEGER NOT NULL, readings_rows INTEGER NOT NULL, readings_bytes INTEGER NOT NULL,
  ten_seconds_frames INTEGER NOT NULL, ten_seconds_rows INTEGER NOT NULL, ten_seconds_bytes INTEGER NOT NULL,
  one_minute_frames INTEGER NOT NULL, one_minute_rows INTEGER NOT NULL, one_minute_bytes INTEGER NOT NULL,
  events_frames INTEGER NOT NULL, events_rows INTEGER NOT NULL, events_bytes INTEGER NOT NULL
);
INSERT INTO ledger VALUES (1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

CREATE TABLE stream (
  ordinal INTEGER PRIMARY KEY,
  id INTEGER NOT NULL,
  readings_accounted_to INTEGER NOT NULL, readings_reserved_to INTEGER NOT NULL, readings_received BLOB NOT NULL,
  events_accounted_to INTEGER NOT NULL, events_reserved_to INTEGER NOT NULL, events_received BLOB NOT NULL
);

CREATE TABLE frame (
  place INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL,
  kind INTEGER NOT NULL,
  kept_ms INTEGER NOT NULL,
  cipher_key INTEGER NOT NULL,
  bytes BLOB NOT NULL
);

CREATE TABLE quarantine (
  place INTEGER PRIMARY KEY,
  row_count INTEGER NOT NULL,
  reason INTEGER NOT NULL
);
