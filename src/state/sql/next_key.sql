SELECT key FROM item WHERE collection = ?1 AND key > ?2 ORDER BY key LIMIT 1
