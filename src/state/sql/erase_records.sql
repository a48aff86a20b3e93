DELETE FROM record WHERE ring = ?1 AND number <= ?2
