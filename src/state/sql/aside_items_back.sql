SELECT collection, key, checksum, bytes FROM item ORDER BY collection DESC, key DESC
