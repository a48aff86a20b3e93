-- Version 1 of the state file. docs/formats/state.md explains each column; versions are never edited.

CREATE TABLE item (
  collection TEXT NOT NULL,
  key TEXT NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (collection, key)
) WITHOUT ROWID;

CREATE TABLE record (
  ring INTEGER NOT NULL,
  number INTEGER NOT NULL,
  checksum INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (ring, number)
) WITHOUT ROWID;
