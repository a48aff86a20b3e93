SELECT number FROM record WHERE ring = ?1 ORDER BY number DESC LIMIT 1
