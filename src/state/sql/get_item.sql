SELECT checksum, bytes FROM item WHERE collection = ?1 AND key = ?2
