SELECT place, row_count, kind, kept_ms, length(bytes), cipher_key FROM frame WHERE place < ?1 ORDER BY place DESC LIMIT 1
