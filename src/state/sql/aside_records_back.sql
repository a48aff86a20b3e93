SELECT ring, number, checksum, bytes FROM record ORDER BY ring DESC, number DESC
