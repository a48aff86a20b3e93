-- Version 2: which key frames are sealed under. docs/formats/queue.md explains each column.

-- The newest key that was seen, and since when on the clock of running_ms it has been in use.
ALTER TABLE ledger ADD COLUMN cipher_key INTEGER NOT NULL DEFAULT 0;
ALTER TABLE ledger ADD COLUMN cipher_key_since_ms INTEGER NOT NULL DEFAULT 0;
-- Keys with a lower number are erased.
ALTER TABLE ledger ADD COLUMN cipher_key_oldest INTEGER NOT NULL DEFAULT 1;
