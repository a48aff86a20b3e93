SELECT checksum, bytes FROM record WHERE ring = ?1 AND number = ?2
