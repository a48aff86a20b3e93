SELECT place, row_count, reason FROM quarantine ORDER BY place
