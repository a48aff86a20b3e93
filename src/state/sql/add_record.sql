INSERT OR IGNORE INTO record (ring, number, checksum, bytes) VALUES (?1, ?2, ?3, ?4)
