INSERT OR REPLACE INTO quarantine (place, row_count, reason) VALUES (?1, ?2, ?3)
