INSERT OR IGNORE INTO item (collection, key, checksum, bytes) VALUES (?1, ?2, ?3, ?4)
