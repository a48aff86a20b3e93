INSERT INTO frame (place, row_count, kind, kept_ms, cipher_key, bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
