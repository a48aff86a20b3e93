SELECT number FROM record WHERE ring = ?1 ORDER BY number LIMIT 1
